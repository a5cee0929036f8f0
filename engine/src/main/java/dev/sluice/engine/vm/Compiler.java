package dev.sluice.engine.vm;

import static dev.sluice.engine.vm.Types.CD_EXECUTION;
import static dev.sluice.engine.vm.Types.CD_LONGS;
import static dev.sluice.engine.vm.Types.CD_SEGMENTS;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles a program to hidden classes, which go when the program goes.
 *
 * <p>Registers are local variables. The code is cut into {@link Segments}, methods below the size
 * that HotSpot refuses to compile ({@code -XX:HugeMethodLimit}, 8000 bytes); between segments the
 * registers travel in the array of the function's frame. Accesses of the stack and of context
 * fields whose place is certain need no check; others are checked, first against the region they
 * most likely lie in. Turns of a {@link CountedLoop} are checked all at once.
 */
final class Compiler {
  /** Slots of a segment: some 40 bytes of bytecode each, at the very most. */
  static final int SEGMENT = 160;

  /** Segments of a class, which has room for 65,535 constants: three for each slot. */
  private static final int SEGMENTS_OF_A_CLASS = 125;

  private static final MethodTypeDesc SEGMENT_TYPE =
      MethodTypeDesc.of(CD_int, CD_EXECUTION, CD_LONGS, CD_int);

  private final Image image;
  private final RegisterContents contents;
  private final CodeEntries entries;
  private final ClassDesc self;

  Compiler(Image image) {
    this.image = image;
    contents = RegisterContents.of(image, image.functions);
    entries = CodeEntries.of(image, contents, SEGMENT);
    self =
        ClassDesc.of(
            Compiler.class.getPackageName(),
            "Compiled_" + image.spec.name().replaceAll("[^A-Za-z0-9_]", "_"));
  }

  /** Compiles. */
  CompiledProgram compile() {
    int segments = (image.slots() - 1) / SEGMENT + 1;
    Segments[] code = new Segments[segments];
    for (int first = 0; first < segments; first += SEGMENTS_OF_A_CLASS) {
      int end = Math.min(first + SEGMENTS_OF_A_CLASS, segments);
      Segments part = define(first, end);
      for (int segment = first; segment < end; segment++) {
        code[segment] = part;
      }
    }
    return new CompiledProgram(image, code);
  }

  /** Makes a class of some segments. */
  private Segments define(int firstSegment, int endSegment) {
    ClassData data = new ClassData();
    byte[] bytes =
        ClassFile.of()
            .build(
                self,
                type -> {
                  type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                  type.withInterfaceSymbols(CD_SEGMENTS);
                  type.withMethodBody(
                      INIT_NAME,
                      MTD_void,
                      ClassFile.ACC_PUBLIC,
                      code ->
                          code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_());
                  type.withMethodBody(
                      "run",
                      MethodTypeDesc.of(CD_int, CD_int, CD_EXECUTION, CD_LONGS, CD_int),
                      ClassFile.ACC_PUBLIC,
                      code -> dispatch(code, firstSegment, endSegment));
                  for (int segment = firstSegment; segment < endSegment; segment++) {
                    int first = segment * SEGMENT;
                    int end = Math.min(first + SEGMENT, image.slots());
                    type.withMethodBody(
                        name(segment),
                        SEGMENT_TYPE,
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                        code ->
                            new SegmentWriter(code, image, contents, entries, data, first, end)
                                .write());
                  }
                });
    try {
      MethodHandles.Lookup type =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, data.objects(), true);
      return (Segments)
          type.findConstructor(type.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("compiled code of " + image.spec.name() + " is wrong", e);
    }
  }

  private static String name(int segment) {
    return "segment" + segment;
  }

  private void dispatch(CodeBuilder code, int firstSegment, int endSegment) {
    Label[] labels = new Label[endSegment - firstSegment];
    List<SwitchCase> cases = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = code.newLabel();
      cases.add(SwitchCase.of(firstSegment + i, labels[i]));
    }
    if (labels.length > 1) {
      code.iload(1).tableswitch(firstSegment, endSegment - 1, labels[0], cases);
    }
    for (int i = 0; i < labels.length; i++) {
      code.labelBinding(labels[i]);
      code.aload(2).aload(3).iload(4);
      code.invokestatic(self, name(firstSegment + i), SEGMENT_TYPE).ireturn();
    }
  }
}
