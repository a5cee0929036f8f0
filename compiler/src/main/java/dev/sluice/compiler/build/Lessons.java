package dev.sluice.compiler.build;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is learned of a program only while its graph is built, and must be known from the start:
 * each lesson is one more attempt.
 */
final class Lessons {
  private final Map<MethodCode, Set<Integer>> unrolled = new HashMap<>();
  private final Map<MethodCode, Set<Integer>> varying = new HashMap<>();
  private final Map<Variable, List<@Nullable Object>> objects = new HashMap<>();

  private final Set<String> functions = new HashSet<>();
  private final Set<String> inPlace = new HashSet<>();
  private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();

  /**
   * A local variable in a loop, or a part of the state of one.
   *
   * @param where the method, or what makes a turn
   * @param head the loop's first instruction, or its line
   * @param slot the variable, or the part
   */
  record Variable(Object where, int head, int slot) {}

  void unroll(MethodCode code, int head) {
    unrolled.computeIfAbsent(code, _ -> new HashSet<>()).add(head);
  }

  /** An element is chosen by what is known only when the program runs, in any turn of its loop. */
  void vary(MethodCode code, int head, int instruction) {
    varying.computeIfAbsent(code, _ -> new HashSet<>()).add(instruction);
    unrolled.getOrDefault(code, new HashSet<>()).remove(head);
  }

  /** Whether the element that an instruction takes was seen to vary. */
  boolean isVarying(MethodCode code, int instruction) {
    return varying.getOrDefault(code, Set.of()).contains(instruction);
  }

  /** Whether each turn of a loop is to be written. */
  boolean isUnrolled(MethodCode code, int head) {
    return unrolled.getOrDefault(code, Set.of()).contains(head);
  }

  /** A variable may hold what it holds before a turn, and after it. */
  void objects(Variable variable, Value before, Value after) {
    List<@Nullable Object> known = objects.computeIfAbsent(variable, _ -> new ArrayList<>());
    for (Value value : List.of(before, after)) {
      for (Object object : Choices.objects(value)) {
        if (Choices.indexOf(known, object) < 0) {
          known.add(object);
        }
      }
    }
  }

  /** The objects that a variable may hold; empty if it holds always the same. */
  List<@Nullable Object> objects(Variable variable) {
    return objects.getOrDefault(variable, List.of());
  }

  /** A number for an object that stays the same in all attempts. */
  int number(@Nullable Object object) {
    return object == null ? 0 : numbers.computeIfAbsent(object, _ -> numbers.size() + 1);
  }

  void makeFunction(String method) {
    functions.add(method);
  }

  boolean hasFunctions() {
    return !functions.isEmpty();
  }

  boolean isFunction(String method) {
    return functions.contains(method);
  }

  void keepInPlace(String method) {
    functions.remove(method);
    inPlace.add(method);
  }

  boolean isInPlace(String method) {
    return inPlace.contains(method);
  }
}
