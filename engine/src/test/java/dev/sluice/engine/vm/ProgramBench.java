package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.engine.Machine;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.skb.SocketBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** A machine to run programs on that no verifier has seen, and a packet for them. */
final class ProgramBench {
  /** Where {@code struct __sk_buff} tells of the packet's begin. */
  static final int DATA = 76;

  /** Where {@code struct __sk_buff} tells of the packet's end. */
  static final int DATA_END = 80;

  final Machine machine = new Machine(() -> 0, 1);
  final Execution execution = new Execution(new TestSurroundings(machine));
  final SocketBuffer packet = new SocketBuffer(64);
  final Map<String, EngineMap> maps = new LinkedHashMap<>();

  /** What a run may use; less than it is else, so that endless loops end soon. */
  long fuel = Execution.FUEL;

  ProgramBench() {
    packet(new byte[64]);
  }

  /** Puts another packet in. */
  void packet(byte[] bytes) {
    packet.fill(bytes, 0, bytes.length, bytes.length);
  }

  /** Puts a packet in that holds numbers of 64 bits. */
  void numbers(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.nativeOrder());
    for (long number : numbers) {
      bytes.putLong(number);
    }
    packet(bytes.array());
  }

  static ProgramSpec spec(String name, Consumer<CodeBuilder> body) {
    CodeBuilder code = CodeBuilder.create();
    body.accept(code);
    return ProgramSpec.of(name, ProgramType.SCHED_CLS, "GPL", code.exit().build());
  }

  /** A program; {@code exit} is added at its end. */
  Executable prepare(ExecutionMode mode, Consumer<CodeBuilder> body) {
    return mode.prepare(spec("test", body), maps);
  }

  /** A program that finds the numbers of the packet in some registers, from {@code r0} on. */
  Executable onNumbers(ExecutionMode mode, int count, Consumer<CodeBuilder> body) {
    return prepare(
        mode,
        code -> {
          code.load(MemorySize.WORD, Register.R9, Register.R1, DATA);
          for (int i = 0; i < count; i++) {
            code.load(MemorySize.DOUBLE, Register.of(i), Register.R9, 8 * i);
          }
          body.accept(code);
        });
  }

  /** Runs a program on the packet. */
  long run(Executable program) {
    execution.begin(packet);
    execution.fuel = fuel;
    return program.run(execution);
  }

  long run(ExecutionMode mode, Consumer<CodeBuilder> body) {
    return run(prepare(mode, body));
  }

  /** The fault of a program. */
  Fault fault(ExecutionMode mode, Consumer<CodeBuilder> body) {
    Executable program = prepare(mode, body);
    return Objects.requireNonNull(
        catchThrowableOfType(Fault.class, () -> run(program)), "the program did not fault");
  }
}
