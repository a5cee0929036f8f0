package dev.sluice.conformance.kernel;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Calls of helpers one after the other on one packet, for the kernel and for the engine.
 *
 * @param type the program's type
 * @param fields the context's fields of four bytes to look at after each call
 * @param calls the calls
 */
record HelperScript(ProgramType type, List<Integer> fields, List<HelperCall> calls) {
  private static final String PACKET = "packet ";

  /** The last line where the kernel had no room to give the packet back. */
  static final String NO_PACKET = PACKET;

  private static final String OUT = "out";

  /** What is seen of a run: a line for each call, and one for the packet at the end. */
  List<String> on(Datapath datapath, byte[] packet) {
    int stride = stride();
    try (BpfMap out =
            datapath.maps().create(MapSpec.of(OUT, MapType.ARRAY, 4, stride * calls.size(), 1));
        Program program =
            datapath
                .programs()
                .load(ProgramSpec.of("script", type, "GPL", code().build()), Map.of(OUT, out))) {
      byte[] after = packetAfter(program, packet);
      return lines(Objects.requireNonNull(out.lookup(new byte[4])), after);
    }
  }

  /** The packet after a run; nothing where it is too long for the buffer that is given for it. */
  private static byte[] packetAfter(Program program, byte[] packet) {
    try {
      return program.testRun(TestRun.of(packet)).packet().toArray();
    } catch (KernelRejected e) {
      if (!e.is(Errno.ENOSPC)) {
        throw e;
      }
      return new byte[0];
    }
  }

  private CodeBuilder code() {
    CodeBuilder code = CodeBuilder.create();
    code.move(Register.R6, Register.R1).loadMapValue(Register.R7, OUT, 0);
    for (int word = 0; word < HelperCall.STACK; word += 8) {
      code.store(MemorySize.DOUBLE, Register.R10, word - HelperCall.STACK, 0);
    }
    int at = 0;
    for (HelperCall call : calls) {
      call.encode(code);
      code.store(MemorySize.DOUBLE, Register.R7, at, Register.R0);
      at += 8;
      for (int field : fields) {
        code.load(MemorySize.WORD, Register.R1, Register.R6, field)
            .store(MemorySize.WORD, Register.R7, at, Register.R1);
        at += 4;
      }
      for (int word = 0; word < HelperCall.STACK; word += 8) {
        code.load(MemorySize.DOUBLE, Register.R1, Register.R10, word - HelperCall.STACK)
            .store(MemorySize.DOUBLE, Register.R7, at, Register.R1);
        at += 8;
      }
    }
    return code.move(Register.R0, type == ProgramType.XDP ? 2 : 0).exit();
  }

  private int stride() {
    return 8 + 4 * fields.size() + HelperCall.STACK;
  }

  private List<String> lines(byte[] seen, byte[] packet) {
    ByteBuffer in = ByteBuffer.wrap(seen).order(ByteOrder.nativeOrder());
    List<String> lines = new ArrayList<>();
    byte[] stack = new byte[HelperCall.STACK];
    for (HelperCall call : calls) {
      StringBuilder line = new StringBuilder(call.toString());
      line.append(" = ").append(in.getLong());
      for (int field : fields) {
        line.append(" [%d]=%x".formatted(field, in.getInt()));
      }
      in.get(stack);
      line.append(' ').append(HexFormat.of().formatHex(stack, 0, call.memoryBytes()));
      lines.add(line.toString());
    }
    lines.add(PACKET + HexFormat.of().formatHex(packet));
    return lines;
  }
}
