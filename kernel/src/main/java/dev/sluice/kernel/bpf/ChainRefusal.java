package dev.sluice.kernel.bpf;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.NetworkNamespace;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says which rule of a chain fired and which entry, of whose, it hit.
 *
 * <p>The kernel returns an error number alone, and one number stands for several rules ({@code
 * bpf_mprog_attach} and {@code bpf_mprog_detach} in {@code kernel/bpf/mprog.c}), so the chain is
 * read after the refusal. It may have changed in between; then the rule says so.
 */
final class ChainRefusal {
  private static final String CHANGED = "someone changed the chain meanwhile";

  private ChainRefusal() {}

  /** The exception for a refused request at a chain. */
  static SluiceException of(
      String operation,
      long result,
      @Nullable String rule,
      NetworkNamespace namespace,
      AttachPoint.Tcx at) {
    if (BpfRefusal.is(result, Errno.ENODEV)) {
      rule = "device %s (index %d) is gone".formatted(at.device(), at.device().index());
    }
    if (BpfRefusal.is(result, Errno.EINVAL) && rule == null && TcxChain.isMissing(namespace, at)) {
      return new Unsupported(
          "TCX", "the kernel answers EINVAL to a query of " + at + "; Linux has it since 6.6");
    }
    return BpfRefusal.of(operation, result, rule, Privilege.CAP_NET_ADMIN);
  }

  /** Why a program was not attached. */
  static @Nullable String attachRule(
      Supplier<ChainState> chain,
      ProgramInfo program,
      AttachOptions options,
      @Nullable Errno errno) {
    if (errno == null) {
      return null;
    }
    return switch (errno) {
      case ESTALE -> stale(chain.get(), options.expectedRevision());
      case EEXIST -> existing(chain.get(), program.id());
      case ENOENT -> missingAnchor(chain.get(), options.anchor());
      case ERANGE -> full(chain.get());
      case EINVAL -> wrongType(program, options.anchor());
      default -> null;
    };
  }

  /** Why a bare program was not replaced. */
  static @Nullable String replaceRule(
      Supplier<ChainState> chain,
      ProgramInfo old,
      ProgramInfo replacement,
      long expectedRevision,
      @Nullable Errno errno) {
    if (errno == null) {
      return null;
    }
    return switch (errno) {
      case ESTALE -> stale(chain.get(), expectedRevision);
      case EEXIST -> existing(chain.get(), replacement.id());
      case ENOENT -> missing(chain.get(), old.id());
      case EBUSY -> owned(chain.get(), old.id());
      case EINVAL -> {
        String wrong = wrongType(replacement);
        yield wrong != null ? wrong : wrongType(old);
      }
      default -> null;
    };
  }

  /** Why a program was not detached. */
  static @Nullable String detachRule(
      Supplier<ChainState> chain, int programId, long expectedRevision, @Nullable Errno errno) {
    if (errno == null) {
      return null;
    }
    return switch (errno) {
      case ESTALE -> expectedRevision == 0 ? CHANGED : stale(chain.get(), expectedRevision);
      case ENOENT -> missing(chain.get(), programId);
      case EBUSY -> owned(chain.get(), programId);
      default -> null;
    };
  }

  /** Refuses like the kernel if a chain has not the expected revision; 0 expects none. */
  static void requireRevision(String operation, ChainState state, long expected) {
    if (expected != 0 && expected != state.revision()) {
      throw new KernelRejected(operation, Errno.ESTALE.number(), null, stale(state, expected));
    }
  }

  private static String stale(ChainState state, long expected) {
    return state.revision() == expected
        ? CHANGED
        : "revision is %d, expected %d (%s)".formatted(state.revision(), expected, CHANGED);
  }

  /** Where a program is already. */
  static String existing(ChainState state, int programId) {
    OptionalInt index = state.indexOfProgram(programId);
    String title = KernelProgram.title(programId);
    if (index.isEmpty()) {
      return title + " was in this chain, but " + CHANGED;
    }
    ChainEntry entry = state.entries().get(index.getAsInt());
    return "%s is already in this chain at position %d, %s"
        .formatted(
            title,
            index.getAsInt(),
            entry.hasLink()
                ? "under link " + entry.linkId() + heldBy(" held by ", "", entry.linkId())
                : "attached without a link");
  }

  /** Who holds a link, between words; nothing if nobody visible does. */
  private static String heldBy(String before, String after, int linkId) {
    Holders holders = HolderScan.of(BpfObject.LINK, linkId);
    return holders.isEmpty() ? "" : before + holders + after;
  }

  private static String missingAnchor(ChainState state, Anchor anchor) {
    Anchor.Target target =
        switch (anchor) {
          case Anchor.Before(Anchor.Target beside) -> beside;
          case Anchor.After(Anchor.Target beside) -> beside;
          case Anchor.Head _, Anchor.Tail _ -> null;
        };
    return target == null || indexOf(state, target).isPresent()
        ? CHANGED
        : "anchor " + title(target) + " is not in this chain";
  }

  private static String title(Anchor.Target target) {
    return switch (target) {
      case Anchor.ProgramId(int id) -> KernelProgram.title(id);
      case Anchor.LinkId link -> link.toString();
    };
  }

  /** Where a target is in a chain. */
  static OptionalInt indexOf(ChainState state, Anchor.Target target) {
    return switch (target) {
      case Anchor.ProgramId(int id) -> state.indexOfProgram(id);
      case Anchor.LinkId(int id) -> state.indexOfLink(id);
    };
  }

  private static String full(ChainState state) {
    return state.entries().size() >= TcxChain.CAPACITY
        ? "the chain is full: " + state.entries().size() + " programs"
        : CHANGED;
  }

  private static String missing(ChainState state, int programId) {
    if (state.entries().isEmpty()) {
      return "the chain is empty";
    }
    return state.indexOfProgram(programId).isPresent()
        ? CHANGED
        : KernelProgram.title(programId) + " is not in this chain";
  }

  private static String owned(ChainState state, int programId) {
    OptionalInt index = state.indexOfProgram(programId);
    if (index.isEmpty() || !state.entries().get(index.getAsInt()).hasLink()) {
      return CHANGED;
    }
    int linkId = state.entries().get(index.getAsInt()).linkId();
    return "link %d owns this entry%s; only its holder can replace or remove it"
        .formatted(linkId, heldBy(" (held by ", ")", linkId));
  }

  private static @Nullable String wrongType(ProgramInfo program, Anchor anchor) {
    String wrong = wrongType(program);
    return wrong == null && (anchor instanceof Anchor.Before || anchor instanceof Anchor.After)
        ? "the anchor's program is not of type " + ProgramType.SCHED_CLS.kernelName()
        : wrong;
  }

  /** Why a program's type does not fit, null if it does. */
  static @Nullable String wrongType(ProgramInfo program) {
    if (program.type() == ProgramType.SCHED_CLS) {
      return null;
    }
    return "%s is of type %s, and a TCX chain takes %s"
        .formatted(
            KernelProgram.title(program.id(), program.name()),
            program.type() == null ? "number " + program.typeNumber() : program.type().kernelName(),
            ProgramType.SCHED_CLS.kernelName());
  }
}
