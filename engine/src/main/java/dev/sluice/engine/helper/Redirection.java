package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.Map;

/**
 * Helpers that send packets elsewhere. Where to is noted in the packet, for whoever ran the program
 * to carry out when it returned the verdict for it.
 */
final class Redirection {
  private static final long INGRESS = 1;
  private static final int TC_SHOT = 2;
  private static final int TC_REDIRECT = 7;
  private static final int XDP_ABORTED = 0;
  private static final int XDP_REDIRECT = 4;

  private Redirection() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.REDIRECT, Redirection::redirect);
    helpers.put(HelperFunction.REDIRECT_PEER, Redirection::redirectToPeer);
    helpers.put(HelperFunction.CLONE_REDIRECT, Redirection::redirectCopy);
  }

  /** {@code bpf_redirect} of classifiers. */
  static long redirect(Execution x, long device, long flags, long r3, long r4, long r5) {
    if ((flags & ~INGRESS) != 0) {
      return TC_SHOT;
    }
    note(
        x.packet,
        flags == INGRESS ? SocketBuffer.Redirect.INGRESS : SocketBuffer.Redirect.EGRESS,
        device);
    return TC_REDIRECT;
  }

  /** {@code bpf_redirect_peer}. */
  static long redirectToPeer(Execution x, long device, long flags, long r3, long r4, long r5) {
    if (flags != 0) {
      return TC_SHOT;
    }
    note(x.packet, SocketBuffer.Redirect.PEER, device);
    return TC_REDIRECT;
  }

  /** {@code bpf_redirect} of XDP programs. */
  static long redirectXdp(Execution x, long device, long flags, long r3, long r4, long r5) {
    if (flags != 0) {
      return XDP_ABORTED;
    }
    note(x.packet, SocketBuffer.Redirect.EGRESS, device);
    return XDP_REDIRECT;
  }

  private static void note(SocketBuffer packet, SocketBuffer.Redirect where, long device) {
    packet.redirect = where;
    packet.redirectIndex = (int) device;
  }

  /** {@code bpf_clone_redirect}. */
  static long redirectCopy(Execution x, long context, long device, long flags, long r4, long r5) {
    if ((flags & ~INGRESS) != 0) {
      return Failure.EINVAL;
    }
    return x.surroundings().cloneRedirect(x.packet, (int) device, flags == INGRESS);
  }
}
