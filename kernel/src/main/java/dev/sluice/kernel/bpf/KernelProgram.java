package dev.sluice.kernel.bpf;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.ProgramSymbols;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A program of the kernel. */
public final class KernelProgram implements Program {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /** Room for what a program may put before and behind a packet in a test run. */
  private static final int PACKET_ROOM = 4096;

  private final Fd fd;
  private final NetworkNamespace namespace;
  private volatile @Nullable String fullName;

  /** Takes over an open program; test runs find devices in the namespace. */
  KernelProgram(Fd fd, NetworkNamespace namespace) {
    this.fd = fd;
    this.namespace = namespace;
  }

  /** The kernel's own class of a program. */
  static KernelProgram of(Program program) {
    if (program instanceof KernelProgram kernelProgram) {
      return kernelProgram;
    }
    throw new IllegalArgumentException(
        "program " + program.info().name() + " belongs to another datapath, not to the kernel");
  }

  /** The descriptor, for requests that name the program. */
  public Fd fd() {
    return fd;
  }

  /** The program's number. */
  int id() {
    return ObjectId.of(fd);
  }

  @Override
  public ProgramInfo info() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment counts = readInfo(arena.allocate(BpfInfo.Program.SIZE, Long.BYTES));
      int mapCount = counts.get(INT, BpfInfo.Program.MAP_COUNT);
      MemorySegment mapIds = arena.allocate(Math.max(1, mapCount) * 4L, Integer.BYTES);
      MemorySegment info = arena.allocate(BpfInfo.Program.SIZE, Long.BYTES);
      info.set(INT, BpfInfo.Program.MAP_COUNT, mapCount);
      info.set(LONG, BpfInfo.Program.MAP_IDS, mapIds.address());
      readInfo(info);
      int typeNumber = info.get(INT, BpfInfo.Program.TYPE);
      int btfId = info.get(INT, BpfInfo.Program.BTF_ID);
      String name =
          fullName(BpfRequest.text(info, BpfInfo.Program.NAME, BpfAttr.NAME_LENGTH), btfId);
      @Nullable ProgramType type = ProgramType.find(typeNumber).orElse(null);
      return new ProgramInfo(
          info.get(INT, BpfInfo.Program.ID),
          type,
          typeNumber,
          name,
          HexFormat.of()
              .formatHex(
                  info.asSlice(BpfInfo.Program.TAG, Long.BYTES).toArray(ValueLayout.JAVA_BYTE)),
          (info.get(INT, BpfInfo.Program.GPL_COMPATIBLE) & 1) != 0,
          info.get(LONG, BpfInfo.Program.LOAD_TIME),
          info.get(INT, BpfInfo.Program.CREATED_BY_UID),
          info.get(INT, BpfInfo.Program.TRANSLATED_LENGTH),
          info.get(INT, BpfInfo.Program.COMPILED_LENGTH),
          info.get(INT, BpfInfo.Program.VERIFIED_INSTRUCTIONS),
          BpfSyscall.numbers(mapIds, Math.min(mapCount, info.get(INT, BpfInfo.Program.MAP_COUNT))),
          btfId,
          info.get(LONG, BpfInfo.Program.RUN_TIME),
          info.get(LONG, BpfInfo.Program.RUN_COUNT));
    }
  }

  /** The name of its main function where the kernel may have kept its beginning only. */
  private String fullName(String name, int btfId) {
    if (btfId == 0 || name.length() < BpfAttr.NAME_LENGTH - 1) {
      return name;
    }
    String known = fullName;
    if (known == null) {
      known =
          MainFunction.nameOf(this::readInfo, btfId).filter(n -> n.startsWith(name)).orElse(name);
      fullName = known;
    }
    return known;
  }

  private MemorySegment readInfo(MemorySegment info) {
    BpfRefusal.check("read what is known of a program", BpfSyscall.info(fd, info));
    return info;
  }

  @Override
  public byte[] translatedInstructions() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment counts = readInfo(arena.allocate(BpfInfo.Program.SIZE, Long.BYTES));
      int length = counts.get(INT, BpfInfo.Program.TRANSLATED_LENGTH);
      MemorySegment instructions = arena.allocate(Math.max(1, length), Long.BYTES);
      MemorySegment info = arena.allocate(BpfInfo.Program.SIZE, Long.BYTES);
      info.set(INT, BpfInfo.Program.TRANSLATED_LENGTH, length);
      info.set(LONG, BpfInfo.Program.TRANSLATED_INSTRUCTIONS, instructions.address());
      readInfo(info);
      // The kernel clears the address where it hides them (bpf_prog_get_info_by_fd).
      if (info.get(LONG, BpfInfo.Program.TRANSLATED_INSTRUCTIONS) == 0) {
        throw BpfRefusal.of(
            "read the instructions of program " + info.get(INT, BpfInfo.Program.ID),
            -Errno.EPERM.number(),
            "the kernel hides them (sysctl net.core.bpf_jit_harden, kernel.kptr_restrict)",
            Privilege.CAP_BPF);
      }
      return instructions.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Override
  public ProgramSymbols symbols() {
    return KernelSymbols.read(this::readInfo);
  }

  @Override
  public TestRun.Result testRun(TestRun run) {
    return namespace.call(() -> testRunHere(run));
  }

  private TestRun.Result testRunHere(TestRun run) {
    byte[] packet = run.packet().toArray();
    byte[] context = run.context() == null ? new byte[0] : run.context().toArray();
    int room = run.liveFrames() ? 0 : packet.length + PACKET_ROOM;
    try (BpfRequest request = new BpfRequest(BpfAttr.TestRun.SIZE)) {
      MemorySegment packetOut = request.memory(room);
      MemorySegment contextOut = request.memory(context.length);
      request
          .set(BpfAttr.TestRun.PROGRAM_FD, fd)
          .set(BpfAttr.TestRun.DATA_SIZE_IN, packet.length)
          .point(BpfAttr.TestRun.DATA_IN, packet)
          .set(BpfAttr.TestRun.REPEAT, run.repeat())
          .set(BpfAttr.TestRun.FLAGS, run.liveFrames() ? BpfAttr.TEST_XDP_LIVE_FRAMES : 0)
          .set(BpfAttr.TestRun.BATCH_SIZE, run.batchSize());
      if (room > 0) {
        request.set(BpfAttr.TestRun.DATA_SIZE_OUT, room).point(BpfAttr.TestRun.DATA_OUT, packetOut);
      }
      if (context.length > 0) {
        request
            .set(BpfAttr.TestRun.CONTEXT_SIZE_IN, context.length)
            .point(BpfAttr.TestRun.CONTEXT_IN, context);
        if (!run.liveFrames()) {
          request
              .set(BpfAttr.TestRun.CONTEXT_SIZE_OUT, context.length)
              .point(BpfAttr.TestRun.CONTEXT_OUT, contextOut);
        }
      }
      long result = request.call(BpfCommand.PROG_TEST_RUN);
      if (result < 0) {
        throw TestRunRefusal.of(info(), run, result);
      }
      int packetLength = room == 0 ? 0 : request.get(BpfAttr.TestRun.DATA_SIZE_OUT);
      int contextLength =
          context.length == 0 || run.liveFrames()
              ? 0
              : request.get(BpfAttr.TestRun.CONTEXT_SIZE_OUT);
      return new TestRun.Result(
          request.get(BpfAttr.TestRun.RESULT),
          bytes(packetOut, packetLength),
          bytes(contextOut, contextLength),
          Integer.toUnsignedLong(request.get(BpfAttr.TestRun.DURATION)));
    }
  }

  private static Bytes bytes(MemorySegment memory, int length) {
    return Bytes.copyOf(memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void pin(Path path) {
    BpfFileSystem.pin(fd, BpfObject.PROGRAM, id(), path);
  }

  @Override
  public void close() {
    fd.close();
  }

  /** Reads {@code program 12 (drop)}. */
  @Override
  public String toString() {
    if (!fd.isOpen()) {
      return "closed program";
    }
    return ChainRules.title(info());
  }

  /** How messages call the program with a number, which may be gone or hidden. */
  static String title(int id) {
    long result = BpfSyscall.openById(BpfCommand.PROG_GET_FD_BY_ID, id);
    if (result < 0) {
      return "program " + id;
    }
    try (KernelProgram program =
        new KernelProgram(new Fd((int) result), NetworkNamespace.current())) {
      return ChainRules.title(program.info());
    }
  }
}
