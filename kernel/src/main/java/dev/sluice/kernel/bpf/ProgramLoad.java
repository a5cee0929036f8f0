package dev.sluice.kernel.bpf;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.cause.VerifierExplanation;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Loads a program ({@code bpf_prog_load} in {@code kernel/bpf/syscall.c}).
 *
 * <p>The first try asks for no log, which is what a good program needs least. A refused one is
 * tried again with a log, into more and more memory.
 */
final class ProgramLoad {
  private static final int FIRST_LOG = 1 << 16;

  /** The kernel takes up to 2³⁰−1, but 16 MB are a log that nobody reads. */
  private static final int LARGEST_LOG = 1 << 24;

  private static final int LOG_BASIC = 1; // BPF_LOG_LEVEL1

  /** {@code BPF_F_XDP_HAS_FRAGS}. */
  private static final int XDP_HAS_FRAGMENTS = 1 << 5;

  private static final int RETRIES = 5;

  private final ProgramSpec spec;
  private final byte[] instructions;
  private final LoadedBtf types;

  private ProgramLoad(ProgramSpec spec, byte[] instructions, LoadedBtf types) {
    this.spec = spec;
    this.instructions = instructions;
    this.types = types;
  }

  /** Loads a program whose maps have these descriptors, with type information that has it. */
  static Fd load(ProgramSpec spec, ToIntFunction<String> mapDescriptor, LoadedBtf types) {
    return new ProgramLoad(spec, spec.encode(mapDescriptor), types).load();
  }

  private Fd load() {
    long result = call(null, 0);
    if (result >= 0) {
      return new Fd((int) result);
    }
    if (BpfRefusal.is(result, Errno.EPERM)) {
      throw refused(result);
    }
    int room = FIRST_LOG;
    while (true) {
      try (BpfRequest request = new BpfRequest(BpfAttr.ProgramLoad.SIZE)) {
        MemorySegment log = request.memory(room);
        long again = call(log, room);
        if (again >= 0) {
          return new Fd((int) again); // it was memory or a moment's clash the first time
        }
        // Before Linux 6.4 the log of a too small buffer is its beginning, since then its end.
        if (BpfRefusal.is(again, Errno.ENOSPC) && room < LARGEST_LOG) {
          room *= 4;
          continue;
        }
        String text = BpfRequest.text(log, 0, room);
        throw text.isBlank()
            ? refused(result)
            : VerifierExplanation.rejected(spec, (int) -result, text);
      }
    }
  }

  private long call(@Nullable MemorySegment log, int logSize) {
    try (BpfRequest request = new BpfRequest(BpfAttr.ProgramLoad.SIZE)) {
      request
          .set(BpfAttr.ProgramLoad.TYPE, spec.type().number())
          .set(BpfAttr.ProgramLoad.INSTRUCTION_COUNT, instructions.length / 8)
          .point(BpfAttr.ProgramLoad.INSTRUCTIONS, instructions)
          .point(BpfAttr.ProgramLoad.LICENSE, spec.license())
          .name(BpfAttr.ProgramLoad.NAME, spec.name())
          .set(BpfAttr.ProgramLoad.FLAGS, spec.fragments() ? XDP_HAS_FRAGMENTS : 0)
          .set(BpfAttr.ProgramLoad.EXPECTED_ATTACH_TYPE, spec.expectedAttachType().number());
      types.describe(spec, request);
      if (log != null) {
        request
            .set(BpfAttr.ProgramLoad.LOG_LEVEL, LOG_BASIC)
            .set(BpfAttr.ProgramLoad.LOG_SIZE, logSize)
            .point(BpfAttr.ProgramLoad.LOG_BUFFER, log);
      }
      long result = request.call(BpfCommand.PROG_LOAD);
      for (int i = 0; i < RETRIES && BpfRefusal.is(result, Errno.EAGAIN); i++) {
        result = request.call(BpfCommand.PROG_LOAD); // a signal came while it was verified
      }
      return result;
    }
  }

  private SluiceException refused(long result) {
    String rule = null;
    if (BpfRefusal.is(result, Errno.EINVAL)) {
      rule =
          "this kernel does not know the program type or attach type, or the license is too long";
    } else if (BpfRefusal.is(result, Errno.E2BIG)) {
      rule = "the program has " + instructions.length / 8 + " instructions, too many";
    }
    return BpfRefusal.of(
        "load program " + spec.name(), result, rule, Privilege.CAP_BPF, Privilege.CAP_NET_ADMIN);
  }
}
