package dev.sluice.engine.vm;

import dev.sluice.engine.skb.SocketBuffer;

/**
 * The loads of classic BPF, {@code LD_ABS} and {@code LD_IND} ({@code bpf_skb_load_helper_32} and
 * its kin in {@code net/core/filter.c}).
 */
public final class PacketLoad {
  /** What a packet that is too short gives; no number that is loaded is negative. */
  public static final long TOO_SHORT = -1;

  /** Offsets from here on count from the network header ({@code SKF_NET_OFF}). */
  private static final int NETWORK = -0x100000;

  /** Offsets from here on count from the Ethernet header ({@code SKF_LL_OFF}). */
  private static final int LINK = -0x200000;

  private static final long CONTEXT = Address.of(Address.CONTEXT, 0);

  private PacketLoad() {}

  /**
   * Loads a number in network byte order.
   *
   * @param context what R6 holds: the context
   * @param offset bytes from the packet's start; from {@code SKF_NET_OFF} (−0x100000) upward from
   *     its network header, from {@code SKF_LL_OFF} (−0x200000) upward from its Ethernet header
   * @param size 1, 2 or 4 bytes
   * @return the number, or {@link #TOO_SHORT}
   * @throws Fault if R6 holds something else
   */
  public static long load(Execution execution, long context, int offset, int size) {
    if (context != CONTEXT) {
      throw new Fault("R6 must hold the context for a load from the packet");
    }
    SocketBuffer packet = execution.packet;
    long start;
    if (offset >= 0) {
      start = (long) packet.head + offset;
    } else if (offset >= NETWORK) {
      start = (long) packet.networkHeader + offset - NETWORK;
    } else if (offset >= LINK) {
      start = (long) packet.macHeader + offset - LINK;
    } else {
      return TOO_SHORT;
    }
    if (start < 0 || start + size > packet.end) {
      return TOO_SHORT;
    }
    int at = (int) start;
    long number = 0;
    for (int i = 0; i < size; i++) {
      number = (number << 8) | (packet.bytes[at + i] & 0xff);
    }
    return number;
  }
}
