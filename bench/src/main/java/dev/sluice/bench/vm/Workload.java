package dev.sluice.bench.vm;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import java.nio.ByteBuffer;

/** Programs of different kinds; all see the same UDP packet. */
enum Workload {
  TRIVIAL("a verdict", 1) {
    @Override
    void body(CodeBuilder code) {
      code.move(Register.R0, 0).exit();
    }
  },
  RULES("headers and 16 rules", 1) {
    @Override
    void body(CodeBuilder code) {
      Label out = code.newLabel("out");
      parse(code, out);
      rules(code, 16);
      code.move(Register.R0, 0).bind(out).exit();
    }
  },
  LOOKUP("the same and a hash lookup", 1) {
    @Override
    void body(CodeBuilder code) {
      Label out = code.newLabel("out");
      Label missing = code.newLabel("missing");
      parse(code, out);
      rules(code, 16);
      code.store(MemorySize.WORD, Register.R10, -4, Register.R8)
          .loadMap(Register.R1, FLOWS.name())
          .move(Register.R2, Register.R10)
          .operate(ArithmeticOperator.ADD, Register.R2, -4)
          .call(HelperFunction.MAP_LOOKUP_ELEM)
          .branch(Condition.EQUAL, Register.R0, 0, missing)
          .move(Register.R1, 1)
          .atomic(AtomicOperator.ADD, MemorySize.DOUBLE, Register.R0, 0, Register.R1)
          .bind(missing)
          .move(Register.R0, 0)
          .bind(out)
          .exit();
    }
  },
  CHECKSUM("a sum over 1,500 bytes", 20) {
    @Override
    void body(CodeBuilder code) {
      Label out = code.newLabel("out");
      Label again = code.newLabel("again");
      code.move(Register.R0, 0);
      bounds(code, PACKET_BYTES, out);
      code.move(Register.R5, PACKET_BYTES / 2)
          .bind(again)
          .load(MemorySize.HALF, Register.R4, Register.R2, 0)
          .operate(ArithmeticOperator.ADD, Register.R0, Register.R4)
          .operate(ArithmeticOperator.ADD, Register.R2, 2)
          .operate(ArithmeticOperator.SUB, Register.R5, 1)
          .branch(Condition.NOT_EQUAL, Register.R5, 0, again)
          .operate(ArithmeticOperator.AND, Register.R0, 0xffff)
          .bind(out)
          .exit();
    }
  },
  LONG_LIST("a list of 1,000 rules", 20) {
    @Override
    void body(CodeBuilder code) {
      Label out = code.newLabel("out");
      parse(code, out);
      rules(code, 1000);
      code.move(Register.R0, 0).bind(out).exit();
    }
  };

  /** The map that {@link #LOOKUP} finds the packet's sender in. */
  static final MapSpec FLOWS = MapSpec.of("flows", MapType.HASH, 4, 8, 1024);

  static final int PACKET_BYTES = 1500;

  private final String title;
  private final int weight;

  Workload(String title, int weight) {
    this.title = title;
    this.weight = weight;
  }

  abstract void body(CodeBuilder code);

  /** What it does. */
  String title() {
    return title;
  }

  /** How many of the first one's runs it takes about as long as. */
  int weight() {
    return weight;
  }

  Code code() {
    CodeBuilder code = CodeBuilder.create();
    body(code);
    return code.build();
  }

  /** A UDP packet, which is in no rule's list. */
  static byte[] packet() {
    ByteBuffer packet = ByteBuffer.wrap(new byte[PACKET_BYTES]);
    for (int i = 42; i < PACKET_BYTES; i++) {
      packet.put(i, (byte) i);
    }
    packet.put(0, (byte) 2).putShort(12, (short) 0x0800);
    packet.put(14, (byte) 0x45).putShort(16, (short) (PACKET_BYTES - 14));
    packet.put(22, (byte) 64).put(23, (byte) 17).putInt(26, 0x0a00_0001).putInt(30, 0x0a00_0002);
    packet.putShort(34, (short) 5000).putShort(36, (short) 60_000);
    return packet.array();
  }

  /** The key of the packet's sender. */
  static byte[] sender() {
    return ByteBuffer.allocate(4).putInt(0x0a00_0001).array();
  }

  /** Leaves the packet in r2, of which this much is there. */
  private static void bounds(CodeBuilder code, int bytes, Label out) {
    code.load(MemorySize.WORD, Register.R2, Register.R1, 76)
        .load(MemorySize.WORD, Register.R3, Register.R1, 80)
        .move(Register.R4, Register.R2)
        .operate(ArithmeticOperator.ADD, Register.R4, bytes)
        .branch(Condition.GREATER, Register.R4, Register.R3, out);
  }

  /** Leaves the port in r7 and the sender's address in r8. */
  private static void parse(CodeBuilder code, Label out) {
    code.move(Register.R0, 2);
    bounds(code, 42, out);
    code.load(MemorySize.HALF, Register.R5, Register.R2, 12)
        .branch(Condition.NOT_EQUAL, Register.R5, 0x0008, out)
        .load(MemorySize.BYTE, Register.R5, Register.R2, 23)
        .branch(Condition.NOT_EQUAL, Register.R5, 17, out)
        .load(MemorySize.WORD, Register.R8, Register.R2, 26)
        .load(MemorySize.HALF, Register.R7, Register.R2, 36);
  }

  /** Each rule has a port and a verdict of its own. */
  private static void rules(CodeBuilder code, int count) {
    for (int rule = 0; rule < count; rule++) {
      Label next = code.newLabel();
      code.branch(Condition.NOT_EQUAL, Register.R7, 1 + rule, next)
          .move(Register.R0, rule)
          .exit()
          .bind(next);
    }
  }
}
