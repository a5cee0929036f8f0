package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionSettings;
import dev.sluice.engine.chain.VerdictTable;
import dev.sluice.engine.skb.SocketBuffer;

/** A plain verdict ({@code net/sched/act_gact.c}). */
final class GactAction extends EngineAction {
  GactAction(int control, int index, ActionSettings settings, long now) {
    super(index, control, settings, now);
  }

  @Override
  int run(SocketBuffer packet, boolean atIngress, FilterScene scene) {
    count(packet, atIngress, scene.now());
    if (control() == VerdictTable.SHOT) {
      drops++;
    }
    return control();
  }

  @Override
  Action describe(FilterScene scene) {
    return new Action.Gact(control(), index(), settings());
  }
}
