package dev.sluice.kernel.bpf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.btf.BtfBuilder;
import dev.sluice.bpf.btf.ObjectBtf;
import dev.sluice.bpf.btf.ProgramInfo;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Errno;
import dev.sluice.kernel.bpf.BpfAttr.BtfLoad;
import dev.sluice.kernel.bpf.BpfAttr.MapCreate;
import dev.sluice.kernel.bpf.BpfAttr.ProgramLoad;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The type information of an object, loaded into the kernel so that maps and programs can be made
 * with it. They keep what they need of it; closing it takes nothing from them.
 */
final class LoadedBtf implements AutoCloseable {
  private static final int LOG_SIZE = 1 << 16;

  private final ObjectBtf btf;
  private final @Nullable Fd fd;

  private LoadedBtf(ObjectBtf btf, @Nullable Fd fd) {
    this.btf = btf;
    this.fd = fd;
  }

  /** Loads the types of an object; does without if the kernel has no BTF at all. */
  static LoadedBtf of(ObjectSpec object) {
    return load(ObjectBtf.of(object));
  }

  /** The types of a map alone. */
  static LoadedBtf of(MapSpec map) {
    return of(new ObjectSpec(List.of(), List.of(map)));
  }

  /** The functions and lines of a program alone. */
  static LoadedBtf of(ProgramSpec program) {
    return load(ObjectBtf.of(program));
  }

  private static LoadedBtf load(ObjectBtf btf) {
    if (btf.isEmpty()) {
      return new LoadedBtf(btf, null);
    }
    long result = load(btf.blob());
    if (result >= 0) {
      return new LoadedBtf(btf, new Fd((int) result));
    }
    if (BpfRefusal.is(result, Errno.EPERM) || !(support() instanceof Support.Supported)) {
      return new LoadedBtf(btf, null); // what it is for is refused itself, or goes without
    }
    throw BpfRefusal.of("load type information", result, log(btf.blob()), Privilege.CAP_BPF);
  }

  private static long load(byte[] blob) {
    try (BpfRequest request = new BpfRequest(BtfLoad.SIZE)) {
      return request
          .point(BtfLoad.BTF, blob)
          .set(BtfLoad.BTF_SIZE, blob.length)
          .call(BpfCommand.BTF_LOAD);
    }
  }

  /** What the kernel says of type information that it refuses. */
  private static String log(byte[] blob) {
    try (BpfRequest request = new BpfRequest(BtfLoad.SIZE)) {
      MemorySegment log = request.memory(LOG_SIZE);
      long result =
          request
              .point(BtfLoad.BTF, blob)
              .set(BtfLoad.BTF_SIZE, blob.length)
              .point(BtfLoad.LOG_BUFFER, log)
              .set(BtfLoad.LOG_SIZE, LOG_SIZE)
              .set(BtfLoad.LOG_LEVEL, 1)
              .call(BpfCommand.BTF_LOAD);
      if (result >= 0) {
        new Fd((int) result).close();
      }
      return BpfRequest.text(log, 0, LOG_SIZE).strip();
    }
  }

  /** Whether the kernel takes the simplest type information there is. */
  static Support support() {
    BtfBuilder builder = new BtfBuilder();
    builder.add(TypeDescription.U32);
    long result = load(builder.build());
    if (result >= 0) {
      new Fd((int) result).close();
      return new Support.Supported();
    }
    return BpfRefusal.is(result, Errno.EPERM)
        ? new Support.Unknown("loading type information needs CAP_BPF")
        : new Support.Missing(
            "loading the type of an integer is answered with " + Errno.nameOf((int) -result));
  }

  /** Adds a map's types to the request that makes it. */
  void describe(MapSpec map, BpfRequest request) {
    if (fd != null) {
      Fd types = fd;
      btf.map(map.name())
          .ifPresent(
              ids ->
                  request
                      .set(MapCreate.BTF_FD, types)
                      .set(MapCreate.BTF_KEY_TYPE_ID, ids.keyId())
                      .set(MapCreate.BTF_VALUE_TYPE_ID, ids.valueId()));
    }
  }

  /** Adds a program's functions and lines to the request that loads it. */
  void describe(ProgramSpec program, BpfRequest request) {
    if (fd != null) {
      Fd types = fd;
      btf.program(program.name()).ifPresent(info -> describe(info, types, request));
    }
  }

  private static void describe(ProgramInfo info, Fd btfFd, BpfRequest request) {
    byte[] functions = info.functionInfo();
    byte[] lines = info.lineInfo();
    if (functions.length == 0) {
      return; // the kernel takes lines only together with functions
    }
    request
        .set(ProgramLoad.BTF_FD, btfFd)
        .set(ProgramLoad.FUNC_INFO_RECORD_SIZE, ProgramInfo.FUNCTION_BYTES)
        .point(ProgramLoad.FUNC_INFO, functions)
        .set(ProgramLoad.FUNC_INFO_COUNT, functions.length / ProgramInfo.FUNCTION_BYTES);
    if (lines.length > 0) {
      request
          .set(ProgramLoad.LINE_INFO_RECORD_SIZE, ProgramInfo.LINE_BYTES)
          .point(ProgramLoad.LINE_INFO, lines)
          .set(ProgramLoad.LINE_INFO_COUNT, lines.length / ProgramInfo.LINE_BYTES);
    }
  }

  @Override
  public void close() {
    if (fd != null) {
      fd.close();
    }
  }
}
