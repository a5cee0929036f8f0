package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is left of a filter's packets when those of filters that are asked before it are gone. */
final class Remainder {
  /** More would be no policy that people read. */
  private static final int MOST = 64;

  private final Device device;
  private final Notes notes;

  Remainder(Device device, Notes notes) {
    this.device = device;
    this.notes = notes;
  }

  /**
   * Takes the packets of earlier filters away.
   *
   * @return null if that cannot be said or nothing is left, which is noted then
   */
  @Nullable List<PacketSet> of(FilterStep step, List<FilterStep> before) {
    List<PacketSet> left = List.of(step.packets());
    for (FilterStep earlier : before) {
      List<PacketSet> next = new ArrayList<>();
      for (PacketSet set : left) {
        if (set.isDisjoint(earlier.packets())) {
          next.add(set);
          continue;
        }
        List<PacketSet> rest = earlier.isSayable() ? set.minus(earlier.packets()) : null;
        if (rest == null || next.size() + rest.size() > MOST) {
          notes.leftOut(
              device,
              step.where(),
              "of its packets, those that "
                  + earlier.where()
                  + " decides about cannot be left out in a policy");
          return null;
        }
        next.addAll(rest);
      }
      left = next;
    }
    if (left.isEmpty()) {
      notes.changed(device, step.where(), "earlier filters leave it no packets");
      return null;
    }
    return left;
  }
}
