package dev.sluice.conformance.kernel;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.helper.HelperTable;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import dev.sluice.kernel.KernelDatapath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Calls of helpers one after the other on one packet, by the kernel and by the engine.
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
  private static final int LOOPBACK = 1;

  /** What is seen of a run: a line for each call, and one for the packet at the end. */
  List<String> onKernel(KernelDatapath kernel, byte[] packet) {
    int stride = stride();
    try (BpfMap out =
            kernel.maps().create(MapSpec.of(OUT, MapType.ARRAY, 4, stride * calls.size(), 1));
        Program program =
            kernel
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

  /** The same on the engine. */
  List<String> onEngine(byte[] packet) {
    Execution execution = new Execution(new QuietSurroundings());
    SocketBuffer buffer = new SocketBuffer(packet.length);
    buffer.fill(packet, 0, packet.length, packet.length);
    buffer.deviceIndex = LOOPBACK;
    buffer.packetType = packetType(packet);
    boolean fromNetwork = type == ProgramType.CGROUP_SKB || type == ProgramType.SOCKET_FILTER;
    if (fromNetwork) {
      buffer.pull(SocketBuffer.ETHERNET_HEADER);
      buffer.metaStart = buffer.head;
    }
    execution.begin(buffer);
    HelperTable table = HelperTable.of(type);
    ContextLayout layout = ContextLayout.of(type);
    ByteBuffer seen = ByteBuffer.allocate(stride() * calls.size()).order(ByteOrder.nativeOrder());
    for (HelperCall call : calls) {
      seen.putLong(call.run(table, execution));
      for (int field : fields) {
        seen.putInt((int) layout.load(execution, field, 4));
      }
      seen.put(execution.stacks[0], Address.STACK_BYTES - HelperCall.STACK, HelperCall.STACK);
    }
    return lines(seen.array(), packetAfter(buffer, fromNetwork));
  }

  /** What a test run gives back: an Ethernet header of zeros where there was none, metadata. */
  private static byte[] packetAfter(SocketBuffer buffer, boolean fromNetwork) {
    if (!fromNetwork) {
      return Arrays.copyOfRange(buffer.bytes, buffer.metaStart, buffer.end);
    }
    byte[] bytes = new byte[SocketBuffer.ETHERNET_HEADER + buffer.held()];
    System.arraycopy(buffer.bytes, buffer.head, bytes, SocketBuffer.ETHERNET_HEADER, buffer.held());
    return bytes;
  }

  /** The type that the kernel gives a packet at a device with the address 0. */
  private static int packetType(byte[] packet) {
    long destination = 0;
    for (int i = 0; i < 6; i++) {
      destination = (destination << 8) | (packet[i] & 0xff);
    }
    if ((packet[0] & 1) != 0) {
      return destination == 0xffff_ffff_ffffL ? 1 : 2;
    }
    return destination == 0 ? 0 : 3;
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
