package dev.sluice.engine.vm;

import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** The objects that a hidden class refers to: constants to HotSpot. */
final class ClassData {
  private final List<Object> objects = new ArrayList<>();
  private final IdentityHashMap<Object, Integer> places = new IdentityHashMap<>();

  /** A constant that is an object. */
  DynamicConstantDesc<?> constant(ClassDesc type, Object object) {
    int index =
        places.computeIfAbsent(
            object,
            _ -> {
              objects.add(object);
              return objects.size() - 1;
            });
    return DynamicConstantDesc.ofNamed(
        ConstantDescs.ofConstantBootstrap(
            MethodHandles.class.describeConstable().orElseThrow(),
            "classDataAt",
            ConstantDescs.CD_Object,
            CD_int),
        ConstantDescs.DEFAULT_NAME,
        type,
        index);
  }

  /** All that constants were asked for, to define the class with. */
  List<Object> objects() {
    return List.copyOf(objects);
  }
}
