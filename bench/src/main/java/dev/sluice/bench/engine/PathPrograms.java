package dev.sluice.bench.engine;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The three programs of the chain: one counts, one looks the sender up in what is allowed, one puts
 * the packet into the class of its port.
 */
final class PathPrograms {
  static final MapSpec COUNTERS = MapSpec.of("counters", MapType.ARRAY, 4, 16, 1);
  static final MapSpec ALLOWED = MapSpec.of("allowed", MapType.HASH, 4, 4, 1024);

  private static final int MARK_OF_CLASSES = 0x10000;
  private static final int LENGTH = 0;
  private static final int PRIORITY = 32;
  private static final int HEADERS = 42;

  private PathPrograms() {}

  static List<ProgramSpec> all() {
    return List.of(
        program("count", (code, _) -> count(code)),
        program("policy", PathPrograms::policy),
        program("classify", PathPrograms::classify));
  }

  private static ProgramSpec program(String name, BiConsumer<CodeBuilder, Label> body) {
    CodeBuilder code = CodeBuilder.create();
    Label next = code.newLabel("next");
    code.move(Register.R6, Register.R1);
    body.accept(code, next);
    code.bind(next).move(Register.R0, -1).exit();
    return ProgramSpec.of(name, ProgramType.SCHED_CLS, "Dual MIT/GPL", code.build());
  }

  private static void count(CodeBuilder code) {
    code.loadMapValue(Register.R2, COUNTERS.name(), 0)
        .move(Register.R1, 1)
        .atomic(AtomicOperator.ADD, MemorySize.DOUBLE, Register.R2, 0, Register.R1)
        .load(MemorySize.WORD, Register.R1, Register.R6, LENGTH)
        .atomic(AtomicOperator.ADD, MemorySize.DOUBLE, Register.R2, 8, Register.R1);
  }

  /** Leaves the packet in r7, of which the headers are there. */
  private static void parse(CodeBuilder code, Label next) {
    code.load(MemorySize.WORD, Register.R7, Register.R6, 76)
        .load(MemorySize.WORD, Register.R3, Register.R6, 80)
        .move(Register.R4, Register.R7)
        .operate(ArithmeticOperator.ADD, Register.R4, HEADERS)
        .branch(Condition.GREATER, Register.R4, Register.R3, next)
        .load(MemorySize.HALF, Register.R5, Register.R7, 12)
        .branch(Condition.NOT_EQUAL, Register.R5, 0x0008, next);
  }

  private static void policy(CodeBuilder code, Label next) {
    parse(code, next);
    code.load(MemorySize.WORD, Register.R8, Register.R7, 26)
        .store(MemorySize.WORD, Register.R10, -4, Register.R8)
        .loadMap(Register.R1, ALLOWED.name())
        .move(Register.R2, Register.R10)
        .operate(ArithmeticOperator.ADD, Register.R2, -4)
        .call(HelperFunction.MAP_LOOKUP_ELEM)
        .branch(Condition.NOT_EQUAL, Register.R0, 0, next)
        .move(Register.R0, 2)
        .exit();
  }

  /** Port 1 goes to class 1:1 of the leaves, and so on. */
  private static void classify(CodeBuilder code, Label next) {
    parse(code, next);
    code.load(MemorySize.HALF, Register.R1, Register.R7, 36)
        .swapBytes(ByteSwap.TO_BIG_ENDIAN, 16, Register.R1)
        .operate32(ArithmeticOperator.OR, Register.R1, MARK_OF_CLASSES)
        .store(MemorySize.WORD, Register.R6, PRIORITY, Register.R1);
  }
}
