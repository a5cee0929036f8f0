package dev.sluice.conformance.snippet;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;

/** For {@link Datapath}: opening one and looking around. */
public final class Look {
  private Look() {}

  /** Opens the kernel's datapath where this process is. */
  public static String hereAt(String name) {
    // @start region="open"
    try (NetworkNamespace here = NetworkNamespace.current();
        Datapath datapath = KernelDatapath.open(here)) {
      return describe(datapath, datapath.device(name));
    }
    // @end
  }

  /** What hangs at a device. */
  public static String describe(Datapath datapath, Device device) {
    // @start region="look"
    StringBuilder text = new StringBuilder();
    for (QdiscEntry entry : datapath.trafficControl().qdiscs(device)) {
      text.append(entry.qdisc().kind()).append(' ').append(entry.handle()).append('\n');
    }
    ChainState ingress = datapath.chain(new AttachPoint.Tcx(device, Direction.INGRESS)).query();
    for (ChainEntry entry : ingress.entries()) {
      text.append("program ").append(entry.programId()).append('\n');
    }
    // @end
    return text.toString();
  }
}
