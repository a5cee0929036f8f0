package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.policy.step.Step;
import java.util.stream.Stream;

/** The qdisc that classic hooks are at. */
final class Clsact {
  private Clsact() {}

  static boolean isAt(Datapath datapath, Device device) {
    return datapath.trafficControl().qdiscs(device).stream()
        .anyMatch(entry -> entry.parent().equals(Handle.CLSACT));
  }

  /** Removes one that was made for programs of ours, unless somebody else uses it now. */
  static Step removal(Datapath datapath, Device device) {
    boolean[] removed = new boolean[1];
    return Step.hitless(
        device.name(),
        "remove the clsact qdisc of "
            + device
            + " that was made for rules, if nothing is left in it",
        () -> {
          if (isAt(datapath, device) && !isUsed(datapath, device)) {
            datapath.trafficControl().apply(Change.OfQdisc.delete(device, Handle.CLSACT));
            removed[0] = true;
          }
        },
        () -> {
          if (removed[0] && !isAt(datapath, device)) {
            datapath
                .trafficControl()
                .apply(
                    Change.OfQdisc.add(
                        device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
          }
        });
  }

  private static boolean isUsed(Datapath datapath, Device device) {
    return Stream.of(Handle.CLSACT_INGRESS, Handle.CLSACT_EGRESS)
        .flatMap(parent -> datapath.trafficControl().filters(device, parent).stream())
        .anyMatch(entry -> entry.filter() != null);
  }
}
