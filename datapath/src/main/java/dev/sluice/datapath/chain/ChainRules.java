package dev.sluice.datapath.chain;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says which rule of a chain fired and which entry, of whose, it hit.
 *
 * <p>A refusal is an error number, and one number stands for several rules ({@code
 * bpf_mprog_attach} and {@code bpf_mprog_detach} in {@code kernel/bpf/mprog.c}). The rule is found
 * by looking at the chain behind the refusal. Where others may change the chain in between, it may
 * break no rule any more; then that is said.
 */
public final class ChainRules {
  private static final String CHANGED = "someone changed the chain meanwhile";

  private final IntFunction<String> titles;
  private final IntFunction<Holders> linkHolders;

  /**
   * The rules in the words of a datapath.
   *
   * @param titles what messages call the program with a number, which may be gone
   * @param linkHolders who holds the link with a number
   */
  public ChainRules(IntFunction<String> titles, IntFunction<Holders> linkHolders) {
    this.titles = titles;
    this.linkHolders = linkHolders;
  }

  /** How messages call a program: {@code program 7 (drop)}. */
  public static String title(int id, String name) {
    return name.isEmpty() ? "program " + id : "program " + id + " (" + name + ")";
  }

  /** How messages call a program. */
  public static String title(ProgramInfo program) {
    return title(program.id(), program.name());
  }

  /** How messages call the program with a number, which may be gone or hidden. */
  public String title(int programId) {
    return titles.apply(programId);
  }

  /** Why a program was not attached. */
  public @Nullable String ofAttach(
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
      case ERANGE, E2BIG -> full(chain.get());
      case EINVAL ->
          chain.get().hook() == Hook.CGROUP
              ? invalidAtGroup(chain.get(), program, options.anchor())
              : wrongType(chain.get().hook(), program, options.anchor());
      default -> null;
    };
  }

  /** Why a bare program was not replaced. */
  public @Nullable String ofReplace(
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
        Hook hook = chain.get().hook();
        String wrong = wrongType(hook, replacement);
        yield wrong != null ? wrong : wrongType(hook, old);
      }
      default -> null;
    };
  }

  /** Why a program was not detached. */
  public @Nullable String ofDetach(
      Supplier<ChainState> chain, int programId, long expectedRevision, @Nullable Errno errno) {
    if (errno == null) {
      return null;
    }
    return switch (errno) {
      case ESTALE -> expectedRevision == 0 ? CHANGED : stale(chain.get(), expectedRevision);
      case ENOENT, EBUSY -> missingOrOwned(chain.get(), programId);
      default -> null;
    };
  }

  private String missingOrOwned(ChainState state, int programId) {
    OptionalInt index = state.indexOfProgram(programId);
    return index.isPresent() && state.entries().get(index.getAsInt()).hasLink()
        ? owned(state, programId)
        : missing(state, programId);
  }

  /**
   * Why a link did not take another program ({@code link_update} in {@code kernel/bpf/syscall.c},
   * {@code tcx_link_update} in {@code kernel/bpf/tcx.c}).
   *
   * @param chain the link's chain; gives null where it cannot be read
   */
  public @Nullable String ofUpdate(
      Supplier<? extends @Nullable ChainState> chain,
      LinkInfo link,
      ProgramInfo program,
      @Nullable Program expected,
      @Nullable Errno errno) {
    if (errno == null) {
      return null;
    }
    return switch (errno) {
      case ENOLINK -> "link " + link.id() + " is defunct: its device is gone, or it was detached";
      case EPERM ->
          expected == null
              ? null
              : "link %d runs %s, expected %s"
                  .formatted(link.id(), title(link.programId()), title(expected.info().id()));
      case EEXIST -> {
        ChainState state = chain.get();
        // The device may be another namespace's: only a chain with this link in it is the link's.
        yield state != null && state.indexOfLink(link.id()).isPresent()
            ? existing(state, program.id())
            : title(program) + " is already in the link's chain";
      }
      case EINVAL ->
          "%s is of type %s, and the link runs %s, which it must resemble in type and attach type"
              .formatted(title(program), typeOf(program), title(link.programId()));
      case EOPNOTSUPP -> "links of type " + link.type() + " keep their program";
      default -> null;
    };
  }

  private static String typeOf(ProgramInfo program) {
    ProgramType type = program.type();
    return type == null ? "number " + program.typeNumber() : type.kernelName();
  }

  /** Refuses like the kernel if a chain has not the expected revision; 0 expects none. */
  public void requireRevision(String operation, ChainState state, long expected) {
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
  public String existing(ChainState state, int programId) {
    OptionalInt index = state.indexOfProgram(programId);
    String title = title(programId);
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

  /** A program with who owns its entry. */
  String titleAndOwner(ChainEntry entry) {
    return title(entry.programId())
        + (entry.hasLink()
            ? " under link " + entry.linkId() + heldBy(" held by ", "", entry.linkId())
            : ", attached without a link,");
  }

  /** Who holds a link, between words; nothing if nobody visible does. */
  private String heldBy(String before, String after, int linkId) {
    Holders holders = linkHolders.apply(linkId);
    return holders.isEmpty() ? "" : before + holders + after;
  }

  private String missingAnchor(ChainState state, Anchor anchor) {
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

  /** What {@code find_attach_entry} and {@code get_prog_list} in kernel/bpf/cgroup.c refuse. */
  private @Nullable String invalidAtGroup(ChainState state, ProgramInfo program, Anchor anchor) {
    String wrong = wrongType(Hook.CGROUP, program);
    if (wrong != null) {
      return wrong;
    }
    OptionalInt there = state.indexOfProgram(program.id());
    if (there.isPresent() && !state.entries().get(there.getAsInt()).hasLink()) {
      return existing(state, program.id());
    }
    return anchor instanceof Anchor.Before || anchor instanceof Anchor.After
        ? "at a control group a link goes beside links only, and a bare program beside bare ones"
        : null;
  }

  /** How messages call an entry. */
  public String title(Anchor.Target target) {
    return switch (target) {
      case Anchor.ProgramId(int id) -> title(id);
      case Anchor.LinkId link -> link.toString();
    };
  }

  /** Where a target is in a chain, from 0. */
  public static OptionalInt indexOf(ChainState state, Anchor.Target target) {
    return switch (target) {
      case Anchor.ProgramId(int id) -> state.indexOfProgram(id);
      case Anchor.LinkId(int id) -> state.indexOfLink(id);
    };
  }

  private static String full(ChainState state) {
    return state.entries().size() >= state.hook().capacity()
        ? "the chain is full: " + state.entries().size() + " programs"
        : CHANGED;
  }

  /** Why there is no such program to be replaced or removed. */
  public String missing(ChainState state, int programId) {
    if (state.entries().isEmpty()) {
      return "the chain is empty";
    }
    return state.indexOfProgram(programId).isPresent()
        ? CHANGED
        : title(programId) + " is not in this chain";
  }

  private String owned(ChainState state, int programId) {
    OptionalInt index = state.indexOfProgram(programId);
    if (index.isEmpty() || !state.entries().get(index.getAsInt()).hasLink()) {
      return CHANGED;
    }
    int linkId = state.entries().get(index.getAsInt()).linkId();
    return "link %d owns this entry%s; only its holder can replace or remove it"
        .formatted(linkId, heldBy(" (held by ", ")", linkId));
  }

  private static @Nullable String wrongType(Hook hook, ProgramInfo program, Anchor anchor) {
    String wrong = wrongType(hook, program);
    return wrong == null && (anchor instanceof Anchor.Before || anchor instanceof Anchor.After)
        ? "the anchor's program is not of type " + hook.programType().kernelName()
        : wrong;
  }

  /** Why a program's type does not fit, null if it does. */
  public static @Nullable String wrongType(Hook hook, ProgramInfo program) {
    return program.type() == hook.programType()
        ? null
        : "%s is of type %s, and %s takes %s"
            .formatted(
                title(program), typeOf(program), hook.title(), hook.programType().kernelName());
  }

  /** An anchor as the place of a program: {@code at the head}, {@code before program 12}. */
  public static String where(Anchor anchor) {
    return switch (anchor) {
      case Anchor.Head _, Anchor.Tail _ -> "at the " + anchor;
      case Anchor.Before _, Anchor.After _ -> anchor.toString();
    };
  }

  /**
   * The index of the entry at an anchor: what {@link Chain#detachAt} takes out.
   *
   * @throws KernelRejected {@code ENOENT} if there is none
   */
  public static int indexAt(String operation, ChainState state, Anchor anchor) {
    int size = state.entries().size();
    int index =
        switch (anchor) {
          case Anchor.Head _ -> 0;
          case Anchor.Tail _ -> size - 1;
          case Anchor.Before(Anchor.Target target) -> indexOf(operation, state, target) - 1;
          case Anchor.After(Anchor.Target target) -> indexOf(operation, state, target) + 1;
        };
    if (index < 0 || index >= size) {
      String rule = size == 0 ? "the chain is empty" : "there is no program " + where(anchor);
      throw new KernelRejected(operation, Errno.ENOENT.number(), null, rule);
    }
    return index;
  }

  private static int indexOf(String operation, ChainState state, Anchor.Target target) {
    OptionalInt index = indexOf(state, target);
    if (index.isEmpty()) {
      throw new KernelRejected(
          operation, Errno.ENOENT.number(), null, "anchor " + target + " is not in this chain");
    }
    return index.getAsInt();
  }
}
