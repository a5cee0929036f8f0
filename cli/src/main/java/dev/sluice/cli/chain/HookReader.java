package dev.sluice.cli.chain;

import dev.sluice.bpf.verdict.ReturnValues;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.classic.ClassicFilters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads hooks with what their programs can return, for one listing. */
final class HookReader {
  private final Datapath datapath;
  private final ChainReader chains;
  private final ProgramReturns returns;

  HookReader(Datapath datapath, ChainReader chains) {
    this.datapath = datapath;
    this.chains = chains;
    this.returns = new ProgramReturns(datapath);
  }

  /** All hooks of a device, in the order in which packets meet them. */
  List<HookListing> of(Device device) {
    List<HookListing> hooks = new ArrayList<>(ifThere(new AttachPoint.Xdp(device)));
    for (AttachPoint.Netkit.Side side : AttachPoint.Netkit.Side.values()) {
      hooks.addAll(ifThere(new AttachPoint.Netkit(device, side)));
    }
    for (Direction direction : Direction.values()) {
      AttachPoint.Clsact classic = new AttachPoint.Clsact(device, direction);
      int filters = filters(classic);
      boolean reached = true;
      try {
        ChainState chain = query(new AttachPoint.Tcx(device, direction));
        Reachability found = reachability(chain, filters, true);
        reached = found.toFilters() || chain.entries().isEmpty();
        hooks.add(listing(chain, found, null));
      } catch (Unsupported e) {
        // A kernel without TCX has the classic hook alone.
      }
      ChainState chain = query(classic);
      hooks.add(listing(chain, reachability(chain, 0, reached), filters));
    }
    return hooks;
  }

  /** One hook that was asked for. */
  HookListing of(AttachPoint at) {
    ChainState chain = query(at);
    return switch (at) {
      case AttachPoint.Tcx(Device device, Direction direction) ->
          listing(
              chain,
              reachability(chain, filters(new AttachPoint.Clsact(device, direction)), true),
              null);
      case AttachPoint.Clsact classic ->
          listing(chain, reachability(chain, 0, true), filters(classic));
      default -> listing(chain, reachability(chain, 0, true), null);
    };
  }

  /** A hook that most devices or kernels do not have. */
  private List<HookListing> ifThere(AttachPoint at) {
    try {
      return List.of(of(at));
    } catch (Unsupported e) {
      return List.of();
    } catch (KernelRejected e) {
      if (at instanceof AttachPoint.Netkit && !e.is(Errno.EPERM) && !e.is(Errno.ENODEV)) {
        return List.of();
      }
      throw e;
    }
  }

  private ChainState query(AttachPoint at) {
    AttachMode mode = at instanceof AttachPoint.Tcx ? AttachMode.TCX : AttachMode.AUTO;
    return datapath.chain(at, mode).query();
  }

  private int filters(AttachPoint.Clsact at) {
    try {
      return ClassicFilters.at(datapath.trafficControl(), at).size();
    } catch (NotFound e) {
      return 0;
    } catch (KernelRejected e) {
      // Without a clsact qdisc, there is nothing to ask.
      if (e.is(Errno.EINVAL) || e.is(Errno.ENOENT)) {
        return 0;
      }
      throw e;
    }
  }

  private Reachability reachability(ChainState chain, int filters, boolean reached) {
    List<ReturnValues> values =
        chain.entries().stream().map(entry -> returns.of(entry.programId())).toList();
    return Reachability.of(chain.hook(), values, filters, reached);
  }

  private HookListing listing(
      ChainState chain, Reachability reachability, @Nullable Integer filters) {
    List<HookListing.Line> lines = new ArrayList<>();
    for (ChainListing.Entry entry : chains.entries(chain)) {
      lines.add(
          new HookListing.Line(
              kind(entry),
              ProgramReturns.names(returns.of(entry.id()), chain.hook().programType()),
              reachability.notes().get(lines.size()),
              entry));
    }
    return new HookListing(
        chain.at().toString(),
        chain.hook().hasRevision() ? chain.revision() : null,
        filters,
        lines);
  }

  private static String kind(ChainListing.Entry entry) {
    if (entry.handle() != null) {
      return "filter";
    }
    return entry.link() == null ? "bare" : "link";
  }
}
