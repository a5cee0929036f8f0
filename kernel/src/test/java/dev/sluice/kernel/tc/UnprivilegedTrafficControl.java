package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.List;

/** Lists and changes without privileges, and prints what it is told. */
final class UnprivilegedTrafficControl {
  private UnprivilegedTrafficControl() {}

  public static void main(String[] arguments) {
    try (KernelDatapath datapath = KernelDatapath.open(NetworkNamespace.current())) {
      Device lo = datapath.device("lo");
      System.out.println("qdiscs of lo: " + datapath.trafficControl().qdiscs(lo).size());
      Change change = Change.OfQdisc.add(lo, Handle.ROOT, Handle.of(1, 0), Htb.withDefault(0));
      try {
        datapath.trafficControl().apply(change);
      } catch (NotPermitted e) {
        System.out.println(e.getMessage());
      }
      for (Outcome outcome :
          datapath.trafficControl().apply(List.of(change, change), OnRefusal.STOP)) {
        System.out.println(outcome.getClass().getSimpleName());
      }
      try {
        datapath.kernelDevices().create("ifb", "sluice-test");
      } catch (NotPermitted e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
