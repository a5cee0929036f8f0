package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.NetworkNamespace;
import org.jspecify.annotations.Nullable;

/** Says why a link refused ({@code link_update} in {@code kernel/bpf/syscall.c}, {@code tcx.c}). */
final class LinkRefusal {
  private LinkRefusal() {}

  /** Why a link did not take another program. */
  static SluiceException ofUpdate(
      LinkInfo link,
      NetworkNamespace namespace,
      Program replacement,
      @Nullable Program expected,
      long result) {
    ProgramInfo program = replacement.info();
    String operation =
        "update link %d to %s"
            .formatted(link.id(), KernelProgram.title(program.id(), program.name()));
    Errno errno = Errno.of((int) -result);
    String rule = null;
    if (errno == Errno.ENOLINK) {
      rule = "link " + link.id() + " is defunct: its device is gone, or it was detached";
    } else if (errno == Errno.EPERM && expected != null) {
      rule =
          "link %d runs %s, expected %s"
              .formatted(
                  link.id(),
                  KernelProgram.title(link.programId()),
                  KernelProgram.title(expected.info().id()));
    } else if (errno == Errno.EEXIST) {
      rule = existing(link, namespace, program);
    } else if (errno == Errno.EINVAL) {
      rule =
          "%s is of type %s, and the link runs %s, which it must resemble in type and attach type"
              .formatted(
                  KernelProgram.title(program.id(), program.name()),
                  program.type() == null ? program.typeNumber() : program.type().kernelName(),
                  KernelProgram.title(link.programId()));
    } else if (errno == Errno.EOPNOTSUPP) {
      rule = "links of type " + link.type() + " keep their program";
    }
    return BpfRefusal.of(operation, result, rule, Privilege.CAP_NET_ADMIN);
  }

  private static String existing(LinkInfo link, NetworkNamespace namespace, ProgramInfo program) {
    Direction direction = link.direction();
    if (direction != null) {
      try {
        ChainState state = TcxChain.query(namespace, link.deviceIndex(), direction);
        // The device may be another namespace's: only a chain with this link in it is the link's.
        if (state.indexOfLink(link.id()).isPresent()) {
          return ChainRefusal.existing(state, program.id());
        }
      } catch (SluiceException _) {
        // It is: there is no such device here.
      }
    }
    return KernelProgram.title(program.id(), program.name()) + " is already in the link's chain";
  }

  /** Why a link could not be detached. */
  static SluiceException ofDetach(LinkInfo link, long result) {
    String rule =
        BpfRefusal.is(result, Errno.EOPNOTSUPP)
            ? "links of type " + link.type() + " are detached by closing them only"
            : null;
    return BpfRefusal.of("detach link " + link.id(), result, rule, Privilege.CAP_NET_ADMIN);
  }
}
