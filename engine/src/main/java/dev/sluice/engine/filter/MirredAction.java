package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionSettings;
import dev.sluice.engine.chain.VerdictTable;
import dev.sluice.engine.skb.SocketBuffer;

/**
 * Redirects or mirrors packets to a device ({@code net/sched/act_mirred.c}).
 *
 * <p>A device that is gone leaves the packet to the action's control. One that is down drops a
 * redirected packet. Both count as an overlimit, as does a packet that the {@link Redirector} could
 * not get to its device; how often a packet may be sent on is its matter too.
 */
final class MirredAction extends EngineAction {
  private final Action.Mirred.Mode mode;
  private final int deviceIndex;

  MirredAction(
      Action.Mirred.Mode mode,
      int deviceIndex,
      int control,
      int index,
      ActionSettings settings,
      long now) {
    super(index, control, settings, now);
    this.mode = mode;
    this.deviceIndex = deviceIndex;
  }

  private boolean isRedirect() {
    return switch (mode) {
      case EGRESS_REDIRECT, INGRESS_REDIRECT -> true;
      case EGRESS_MIRROR, INGRESS_MIRROR -> false;
    };
  }

  private boolean toIngress() {
    return switch (mode) {
      case INGRESS_REDIRECT, INGRESS_MIRROR -> true;
      case EGRESS_REDIRECT, EGRESS_MIRROR -> false;
    };
  }

  /** Whether the packet is nobody's after the action, so that no copy is needed. */
  private boolean endsPacket() {
    return switch (control()) {
      case VerdictTable.STOLEN, VerdictTable.QUEUED, VerdictTable.TRAP -> true;
      default -> false;
    };
  }

  @Override
  int run(SocketBuffer packet, boolean atIngress, FilterScene scene) {
    count(packet, atIngress, scene.now());
    Redirector redirector = scene.redirector();
    if (!redirector.hasDevice(deviceIndex)) {
      overlimits++;
      return control();
    }
    if (!redirector.isUp(deviceIndex)) {
      overlimits++;
      return isRedirect() ? VerdictTable.SHOT : control();
    }
    boolean itself = isRedirect() && endsPacket();
    SocketBuffer sent = itself ? packet : redirector.copy(packet);
    sent.ingressIndex = packet.deviceIndex;
    if (!redirector.redirect(sent, deviceIndex, toIngress())) {
      overlimits++;
    }
    return itself ? CONSUMED : control();
  }

  @Override
  Action describe(FilterScene scene) {
    return new Action.Mirred(
        mode,
        scene.redirector().hasDevice(deviceIndex) ? deviceIndex : 0,
        control(),
        index(),
        settings());
  }
}
