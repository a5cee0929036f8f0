package dev.sluice.cli.chain;

import dev.sluice.bpf.verdict.ReturnValues;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.classic.ClassicFilters;
import java.util.ArrayList;
import java.util.List;

/** Reads hooks with what their programs can return, for one listing. */
public final class HookReader {
  private final Datapath datapath;
  private final ChainReader chains;
  private final ProgramReturns returns;

  /**
   * A reader for one listing.
   *
   * @param datapath where the hooks are
   * @param chains reads their chains
   */
  public HookReader(Datapath datapath, ChainReader chains) {
    this.datapath = datapath;
    this.chains = chains;
    this.returns = new ProgramReturns(datapath);
  }

  /** All hooks of a device, in the order in which packets meet them. */
  public List<HookListing> of(Device device) {
    List<HookListing> hooks = new ArrayList<>();
    boolean reached = true;
    for (AttachPoint at : DeviceHooks.of(device)) {
      ChainState chain = DeviceHooks.find(datapath, at);
      if (chain == null) {
        continue;
      }
      Reachability found = reachability(chain, filtersBehind(at), reached);
      // TCX is right in front of the classic hook of its direction.
      reached = !(at instanceof AttachPoint.Tcx) || found.toFilters();
      hooks.add(listing(chain, found));
    }
    return hooks;
  }

  /** One hook that was asked for. */
  HookListing of(AttachPoint at) {
    ChainState chain = DeviceHooks.query(datapath, at);
    return listing(chain, reachability(chain, filtersBehind(at), true));
  }

  /** How many classic filters are behind a chain. */
  private int filtersBehind(AttachPoint at) {
    return at instanceof AttachPoint.Tcx(Device device, Direction direction)
        ? filters(new AttachPoint.Clsact(device, direction))
        : 0;
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

  private HookListing listing(ChainState chain, Reachability reachability) {
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
        chain.at() instanceof AttachPoint.Clsact classic ? filters(classic) : null,
        lines);
  }

  private static String kind(ChainListing.Entry entry) {
    if (entry.handle() != null) {
      return "filter";
    }
    return entry.link() == null ? "bare" : "link";
  }
}
