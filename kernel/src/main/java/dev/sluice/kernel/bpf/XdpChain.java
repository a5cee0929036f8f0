package dev.sluice.kernel.bpf;

import dev.sluice.bpf.AttachType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.AttachPoint.Xdp.Mode;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.XdpRules;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.XdpPrograms;
import dev.sluice.kernel.netlink.Ack;
import dev.sluice.kernel.syscall.Fd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The XDP program of a device. Links are made by {@code bpf(2)}; bare programs are what rtnetlink
 * sets ({@code dev_xdp_attach} in {@code net/core/dev.c}).
 */
final class XdpChain implements Chain {
  private final NetworkNamespace namespace;
  private final XdpPrograms programs;
  private final AttachPoint.Xdp at;
  private final XdpRules rules;

  /**
   * The hook of a device of a namespace.
   *
   * @param programs those of the namespace
   */
  XdpChain(NetworkNamespace namespace, XdpPrograms programs, AttachPoint.Xdp at) {
    this.namespace = namespace;
    this.programs = programs;
    this.at = at;
    rules = new XdpRules(at, ChainRefusal.RULES);
  }

  @Override
  public AttachPoint at() {
    return at;
  }

  /**
   * {@inheritDoc}
   *
   * <p>With {@link Mode#ANY} the programs of all modes. Their links are found by looking through
   * all that there are; devices of other namespaces may have the same index, so of two links with
   * the same program there and here, either may be told.
   */
  @Override
  public ChainState query() {
    return query(at.mode());
  }

  private ChainState query(Mode wanted) {
    XdpPrograms.Attached there;
    try {
      there = programs.of(at.device());
    } catch (KernelRejected e) {
      throw e.is(Errno.ENODEV) ? new KernelRejected(e.operation(), e.errno(), null, gone()) : e;
    }
    List<ChainEntry> entries = new ArrayList<>();
    for (Mode mode : List.of(Mode.NATIVE, Mode.GENERIC, Mode.OFFLOAD)) {
      int id = idOf(there, mode);
      if (id != 0 && (wanted == Mode.ANY || wanted == mode)) {
        entries.add(new ChainEntry(id, linkOf(id), ChainEntry.Place.NONE));
      }
    }
    return new ChainState(at, Hook.XDP, 0, entries);
  }

  private String gone() {
    return "device %s (index %d) is gone".formatted(at.device(), at.device().index());
  }

  private static int idOf(XdpPrograms.Attached there, Mode mode) {
    return switch (mode) {
      case NATIVE -> there.nativeId();
      case GENERIC -> there.genericId();
      case OFFLOAD -> there.offloadedId();
      case ANY -> 0;
    };
  }

  private int linkOf(int program) {
    HookTarget here = new HookTarget.AtDevice(namespace, at);
    return KernelLinks.all().stream()
        .filter(link -> link.programId() == program && here.holds(link))
        .mapToInt(link -> link.id())
        .findFirst()
        .orElse(0);
  }

  /** {@code XDP_FLAGS_*_MODE} of {@code include/uapi/linux/if_link.h}. */
  private static int flags(Mode mode) {
    return switch (mode) {
      case ANY -> 0;
      case GENERIC -> 1 << 1;
      case NATIVE -> 1 << 2;
      case OFFLOAD -> 1 << 3;
    };
  }

  /** The mode that a program runs in; the wanted one where it runs in none. */
  private Mode modeOf(int program) {
    if (at.mode() == Mode.ANY) {
      XdpPrograms.Attached there = programs.of(at.device());
      for (Mode mode : Mode.values()) {
        if (idOf(there, mode) == program) {
          return mode;
        }
      }
    }
    return at.mode();
  }

  @Override
  public Link attach(Program program, AttachOptions options) {
    rules.require(options);
    KernelProgram added = KernelProgram.of(program);
    long result =
        namespace.call(
            () ->
                BpfSyscall.linkCreate(
                    added.fd(),
                    at.device().index(),
                    AttachType.XDP.number(),
                    flags(at.mode()),
                    0,
                    0));
    if (result < 0) {
      throw attachRefused(added, (int) -result, null);
    }
    return new KernelLink(new Fd((int) result), namespace);
  }

  @Override
  public void attachProgram(Program program, AttachOptions options) {
    rules.require(options);
    KernelProgram added = KernelProgram.of(program);
    requireType("attach " + added + " to " + at, added.info());
    int number = added.fd().acquire();
    Ack ack;
    try {
      ack = programs.attach(at.device(), number, flags(at.mode()));
    } finally {
      added.fd().release();
    }
    if (!ack.isDone()) {
      throw attachRefused(added, ack.errno(), ack.message());
    }
  }

  /** Rtnetlink looks for an XDP program behind the descriptor and says no more than EINVAL. */
  private static void requireType(String operation, ProgramInfo program) {
    String wrong = ChainRules.wrongType(Hook.XDP, program);
    if (wrong != null) {
      throw new KernelRejected(operation, Errno.EINVAL.number(), null, wrong);
    }
  }

  private SluiceException attachRefused(
      KernelProgram program, int errno, @Nullable String kernelText) {
    String rule = null;
    if (errno == Errno.ENODEV.number()) {
      rule = gone();
    } else if (errno != Errno.EPERM.number()) {
      rule = rules.ofAttach(query(Mode.ANY), program.info(), Errno.of(errno));
    }
    return refused("attach " + program + " to " + at, errno, kernelText, rule);
  }

  private static SluiceException refused(
      String operation, int errno, @Nullable String kernelText, @Nullable String rule) {
    return errno == Errno.EPERM.number()
        ? new NotPermitted(operation, Privilege.CAP_NET_ADMIN.name())
        : new KernelRejected(operation, errno, kernelText, rule);
  }

  @Override
  public void replaceProgram(Program old, Program replacement, long expectedRevision) {
    rules.requireNoRevision(expectedRevision);
    KernelProgram in = KernelProgram.of(replacement);
    String operation = "replace " + old + " by " + replacement + " at " + at;
    requireType(operation, in.info());
    int number = in.fd().acquire();
    try {
      replace(operation, old, number);
    } finally {
      in.fd().release();
    }
  }

  @Override
  public void detachProgram(Program program, long expectedRevision) {
    rules.requireNoRevision(expectedRevision);
    replace("detach " + program + " from " + at, program, -1);
  }

  /** Puts what a descriptor stands for, or nothing, in the place of a program. */
  private void replace(String operation, Program old, int fd) {
    KernelProgram out = KernelProgram.of(old);
    requireType(operation, out.info());
    int id = out.info().id();
    Mode mode = modeOf(id);
    int expected = out.fd().acquire();
    Ack ack;
    try {
      ack = programs.replace(at.device(), fd, expected, flags(mode));
    } finally {
      out.fd().release();
    }
    if (!ack.isDone()) {
      ChainState state = ack.errno() == Errno.ENODEV.number() ? null : query(mode);
      String rule =
          state == null
              ? gone()
              : state.indexOfProgram(id).isEmpty()
                  ? ChainRefusal.RULES.missing(state, id)
                  : rules.occupied(state);
      throw refused(operation, ack.errno(), ack.message(), rule);
    }
  }

  @Override
  public void detachAt(Anchor anchor, long expectedRevision) {
    rules.require(new AttachOptions(anchor, expectedRevision));
    ChainState state = query();
    String operation = "detach the program " + ChainRules.where(anchor) + " at " + at;
    ChainEntry entry = state.entries().get(ChainRules.indexAt(operation, state, anchor));
    if (entry.hasLink()) {
      throw new KernelRejected(operation, Errno.EBUSY.number(), null, rules.occupied(state));
    }
    try (Program program =
        new KernelProgram(ObjectId.open(BpfObject.PROGRAM, entry.programId()), namespace)) {
      replace(operation, program, -1);
    }
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
