package dev.sluice.engine.sched;

import dev.sluice.engine.skb.SocketBuffer;

/** Asks filters where a packet belongs ({@code tcf_classify}). */
@FunctionalInterface
public interface Classifier {
  /** No filter matched ({@code TC_ACT_UNSPEC}). */
  int NO_MATCH = -1;

  /**
   * Asks.
   *
   * @param packet the packet
   * @param found receives the class where a filter matched
   * @return the {@code TC_ACT_*} number of the verdict: 0 (OK) for a match, {@link #NO_MATCH}, 2
   *     (SHOT) to drop; 4, 5, 8 where the packet was taken over and is not the caller's any more; 7
   *     (REDIRECT) where the packet says where it goes
   */
  int classify(SocketBuffer packet, Classification found);
}
