package dev.sluice.kernel.tc;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.tc.Change;
import dev.sluice.kernel.netlink.Ack;

/** Says why the kernel refused a change, also where the kernel only gives a number. */
final class Refusal {
  /** The error for a change that was refused. */
  SluiceException explain(Change change, Ack ack) {
    if (ack.errno() == Errno.EPERM.number()) {
      return new NotPermitted(Wording.of(change), "CAP_NET_ADMIN");
    }
    return new KernelRejected(Wording.of(change), ack.errno(), ack.message(), null);
  }
}
