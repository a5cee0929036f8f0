package dev.sluice.kernel.tc;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.cause.ClassCause;
import dev.sluice.datapath.cause.FilterCause;
import dev.sluice.datapath.cause.QdiscCause;
import dev.sluice.datapath.cause.Scene;
import dev.sluice.datapath.cause.Wording;
import dev.sluice.datapath.tc.Change;
import dev.sluice.kernel.netlink.Ack;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Says why the kernel refused a change, also where the kernel only gives a number: it looks at what
 * is there and names the rule that the change breaks, and what it collides with.
 *
 * <p>What is there may have changed since the kernel looked, so this is the likely cause.
 */
final class Refusal {
  /** Looking costs listings; a batch with thousands of refusals has mostly one cause. */
  private static final int MOST_LOOKS = 32;

  private final KernelTrafficControl trafficControl;
  private int looks;

  Refusal(KernelTrafficControl trafficControl) {
    this.trafficControl = trafficControl;
  }

  /** The error for a change that was refused. */
  SluiceException explain(Change change, Ack ack) {
    String operation = Wording.of(change);
    if (ack.errno() == Errno.EPERM.number()) {
      return new NotPermitted(operation, "CAP_NET_ADMIN");
    }
    return new KernelRejected(operation, ack.errno(), ack.message(), rule(change, ack));
  }

  private @Nullable String rule(Change change, Ack ack) {
    if (looks++ >= MOST_LOOKS) {
      return null;
    }
    try {
      Scene scene = new Scene(trafficControl, change.device());
      String rule =
          switch (change) {
            case Change.OfQdisc qdisc -> QdiscCause.of(scene, qdisc, ack.errno());
            case Change.OfClass trafficClass -> ClassCause.of(scene, trafficClass, ack.errno());
            case Change.OfFilter filter ->
                FilterCause.of(
                    scene,
                    filter,
                    ack.errno(),
                    ack.message(),
                    index -> trafficControl.device(index) != null);
          };
      return rule == null && ack.message() == null ? missing(ack) : rule;
    } catch (NotFound e) {
      return "device " + change.device() + " (index " + change.device().index() + ") is gone";
    } catch (SluiceException | NetlinkFormatException e) {
      return null; // the refusal itself is what matters
    }
  }

  private static @Nullable String missing(Ack ack) {
    return ack.missingType() < 0 ? null : "attribute " + ack.missingType() + " is missing";
  }
}
