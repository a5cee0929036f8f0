package dev.sluice.conformance.suite;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A program that writes its number to the {@link Trace} for each IPv4 packet, does what its body
 * does, and returns a verdict. Other packets are a testbed's own: it lets them go on.
 *
 * @param type a classifier, or one of control groups
 * @param number what it writes, 1 or more
 * @param verdict what it returns, unless the body says
 * @param body instructions in between; R6 holds the context
 */
record TracingProgram(ProgramType type, int number, int verdict, Consumer<CodeBuilder> body) {
  /** A classifier. */
  TracingProgram(int number, int verdict, Consumer<CodeBuilder> body) {
    this(ProgramType.SCHED_CLS, number, verdict, body);
  }

  /** One of control groups that just says that it ran. */
  static TracingProgram ofGroup(int number, int verdict) {
    return new TracingProgram(ProgramType.CGROUP_SKB, number, verdict, _ -> {});
  }

  /** Offsets in {@code struct __sk_buff} of {@code include/uapi/linux/bpf.h}. */
  static final int MARK = 8;

  static final int PROTOCOL = 16;
  static final int PRIORITY = 32;
  static final int CB = 48;
  static final int TC_CLASSID = 72;

  /** A verdict that the body leaves in R0. */
  private static final int FROM_BODY = 0x7ffe;

  /** Just says that it ran. */
  static TracingProgram of(int number, int verdict) {
    return new TracingProgram(number, verdict, _ -> {});
  }

  /** Sends the packet out by a device. */
  static TracingProgram redirecting(int number, int deviceIndex) {
    return new TracingProgram(
        number,
        Verdict.REDIRECT.number(),
        code ->
            code.move(Register.R1, deviceIndex).move(Register.R2, 0).call(HelperFunction.REDIRECT));
  }

  /** Writes a number to a field of the context. */
  static TracingProgram setting(int number, int verdict, int field, int value) {
    return new TracingProgram(
        number,
        verdict,
        code ->
            code.move(Register.R1, value).store(MemorySize.WORD, Register.R6, field, Register.R1));
  }

  /** Returns what a field of the context holds. */
  static TracingProgram returning(int number, int field) {
    return new TracingProgram(
        number, FROM_BODY, code -> code.load(MemorySize.WORD, Register.R0, Register.R6, field));
  }

  /** Loads it. */
  Program load(Datapath datapath, Trace trace) {
    ProgramSpec spec = ProgramSpec.of("trace_" + number, type, "Apache-2.0", code());
    return datapath.programs().load(spec, Map.of(Trace.MAP, trace.map()));
  }

  private Code code() {
    CodeBuilder code = CodeBuilder.create();
    Label end = code.newLabel("end");
    code.move(Register.R6, Register.R1)
        .move(Register.R0, type == ProgramType.CGROUP_SKB ? 1 : Verdict.NEXT.number())
        .load(MemorySize.WORD, Register.R1, Register.R6, PROTOCOL)
        .branch(Condition.NOT_EQUAL, Register.R1, networkOrder(Frame.IPV4), end);
    // Slot 0 holds how many numbers there are; count this one.
    code.store(MemorySize.WORD, Register.R10, -4, 0);
    lookUp(code, end);
    code.load(MemorySize.WORD, Register.R7, Register.R0, 0)
        .operate(ArithmeticOperator.ADD, Register.R7, 1)
        .store(MemorySize.WORD, Register.R0, 0, Register.R7)
        .store(MemorySize.WORD, Register.R10, -4, Register.R7);
    lookUp(code, end);
    code.store(MemorySize.WORD, Register.R0, 0, number);
    body.accept(code);
    if (verdict != FROM_BODY) {
      code.move(Register.R0, verdict);
    }
    code.bind(end).exit();
    return code.build();
  }

  /** Points R0 to the slot whose index is on the stack, or goes on with R0 = 0 at a label. */
  private static void lookUp(CodeBuilder code, Label ifAbsent) {
    code.loadMap(Register.R1, Trace.MAP)
        .move(Register.R2, Register.R10)
        .operate(ArithmeticOperator.ADD, Register.R2, -4)
        .call(HelperFunction.MAP_LOOKUP_ELEM)
        .branch(Condition.EQUAL, Register.R0, 0, ifAbsent);
  }

  /** A protocol as {@code __sk_buff} holds it: in network byte order. */
  private static int networkOrder(int protocol) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        ? Short.reverseBytes((short) protocol) & 0xffff
        : protocol;
  }
}
