package dev.sluice.conformance.kernel;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Qdisc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A TCX chain of one datapath, with programs and links that are called by their places in a list,
 * so that another datapath's chain can be told the same.
 */
final class ChainSide implements AutoCloseable {
  /** Programs that a chain takes. One more is of another type. */
  static final int PROGRAMS = 70;

  private static final int UNKNOWN = Integer.MAX_VALUE;

  private final Datapath datapath;
  private final Device device;
  private final Chain chain;
  private final List<Program> programs = new ArrayList<>();
  private final List<Integer> programIds = new ArrayList<>();

  /** Open and closed. */
  private final List<Link> links = new ArrayList<>();

  private final List<Integer> linkIds = new ArrayList<>();

  ChainSide(Datapath datapath, Device device) {
    this.datapath = datapath;
    this.device = device;
    chain = datapath.chain(new AttachPoint.Tcx(device, Direction.INGRESS), AttachMode.TCX);
    for (int i = 0; i <= PROGRAMS; i++) {
      boolean last = i == PROGRAMS;
      Program program =
          datapath
              .programs()
              .load(
                  ProgramSpec.of(
                      "p" + i,
                      last ? ProgramType.XDP : ProgramType.SCHED_CLS,
                      "Apache-2.0",
                      CodeBuilder.create().move(Register.R0, last ? 2 : -1).exit().build()),
                  Map.of());
      programs.add(program);
      programIds.add(program.info().id());
    }
  }

  /**
   * An anchor.
   *
   * @param side 0 for the head, 1 for the tail, 2 for before, 3 for behind
   * @param isLink whether {@code target} is a link
   * @param target the place in the list; −1 for one that is not there
   */
  Anchor anchor(int side, boolean isLink, int target) {
    List<Integer> ids = isLink ? linkIds : programIds;
    int id = target < 0 || target >= ids.size() ? UNKNOWN : ids.get(target);
    Anchor.Target at = isLink ? new Anchor.LinkId(id) : new Anchor.ProgramId(id);
    return switch (side) {
      case 0 -> Anchor.head();
      case 1 -> Anchor.tail();
      case 2 -> new Anchor.Before(at);
      default -> new Anchor.After(at);
    };
  }

  /** Attaches under a link, which comes last in the list of links. */
  String attach(int program, Anchor anchor, long revision) {
    return answer(
        () -> {
          Link link = chain.attach(programs.get(program), new AttachOptions(anchor, revision));
          links.add(link);
          linkIds.add(link.info().id());
        });
  }

  String attachBare(int program, Anchor anchor, long revision) {
    return answer(
        () -> chain.attachProgram(programs.get(program), new AttachOptions(anchor, revision)));
  }

  String replace(int old, int replacement, long revision) {
    return answer(
        () -> chain.replaceProgram(programs.get(old), programs.get(replacement), revision));
  }

  String detach(int program, long revision) {
    return answer(() -> chain.detachProgram(programs.get(program), revision));
  }

  String detachAt(Anchor anchor, long revision) {
    return answer(() -> chain.detachAt(anchor, revision));
  }

  /** Updates a link; {@code expected} is a program or −1 for any. */
  String update(int link, int program, int expected) {
    return answer(
        () -> {
          if (expected < 0) {
            links.get(link).update(programs.get(program));
          } else {
            links.get(link).update(programs.get(program), programs.get(expected));
          }
        });
  }

  String detachLink(int link) {
    return answer(() -> links.get(link).detach());
  }

  String close(int link) {
    return answer(() -> links.get(link).close());
  }

  String clsact(boolean add) {
    return answer(
        () ->
            datapath
                .trafficControl()
                .apply(
                    add
                        ? Change.OfQdisc.add(
                            device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact())
                        : Change.OfQdisc.delete(device, Handle.CLSACT)));
  }

  private static String answer(Runnable doing) {
    try {
      doing.run();
      return "done";
    } catch (KernelRejected refused) {
      return Errno.nameOf(refused.errno());
    }
  }

  /** What a link tells of itself. */
  String info(int link) {
    LinkInfo info = links.get(link).info();
    return info.type()
        + " of p"
        + programIds.indexOf(info.programId())
        + (info.isDefunct() ? ", defunct, " : ", ")
        + info.direction();
  }

  /** The revision and the entries. */
  String state() {
    ChainState state = chain.query();
    StringBuilder text = new StringBuilder().append(state.revision());
    for (ChainEntry entry : state.entries()) {
      text.append(" p").append(programIds.indexOf(entry.programId()));
      if (entry.hasLink()) {
        text.append("/l").append(linkIds.indexOf(entry.linkId()));
      }
    }
    return text.toString();
  }

  long revision() {
    return chain.query().revision();
  }

  @Override
  public void close() {
    links.forEach(Link::close);
    programs.forEach(Program::close);
  }
}
