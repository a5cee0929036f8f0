package dev.sluice.policy.table;

import dev.sluice.compiler.program.Table;

/**
 * What programs ask for the value of an address: that of the longest prefix that it is in.
 *
 * <p>The tables get their sizes when a program is loaded, from {@link PrefixTableWriter#sized}; on
 * the JVM they are empty.
 */
public final class Addresses {
  /** Slots by the first 16 bits of an IPv4 address. */
  public static final Table<Integer, Long> PREFIX_DIRECT4 = Table.array(Long.class, 1);

  /** Slots by the first 16 bits of an IPv6 address. */
  public static final Table<Integer, Long> PREFIX_DIRECT6 = Table.array(Long.class, 1);

  /** The chunks of nodes, four for each. */
  public static final Table<Integer, Chunk> PREFIX_CHUNKS = Table.array(Chunk.class, 1);

  /** The slots of nodes. */
  public static final Table<Integer, Long> PREFIX_SLOTS = Table.array(Long.class, 1);

  /** Values of single IPv6 addresses. */
  public static final Table<Address6, Integer> PREFIX_EXACT6 =
      Table.hash(Address6.class, Integer.class, 1);

  /** In a slot of {@link #PREFIX_DIRECT6}: that there are single addresses below it. */
  static final int EXACT_BELOW = 0x8000_0000;

  private static final int MOST_NODES6 = 14;

  private Addresses() {}

  /**
   * A quarter of a node.
   *
   * @param starts which of its 64 slots differ from the one before, the first always; 0 if all are
   *     the same
   * @param rest that slot; or one less than where the first of its slots is
   */
  public record Chunk(long starts, long rest) {}

  /**
   * An IPv6 address.
   *
   * @param high its first 64 bits
   * @param low the others
   */
  public record Address6(long high, long low) {}

  /** The value of an IPv4 address; 0 if it is in no prefix. */
  public static int find4(int address) {
    Long direct = PREFIX_DIRECT4.get(address >>> 16);
    if (direct == null) {
      return 0;
    }
    long slot = direct;
    int found = (int) slot;
    int node = (int) (slot >>> 32);
    if (node == 0) {
      return found;
    }
    slot = below(node, address >>> 8);
    if ((int) slot != 0) {
      found = (int) slot;
    }
    node = (int) (slot >>> 32);
    if (node == 0) {
      return found;
    }
    int last = (int) below(node, address);
    return last != 0 ? last : found;
  }

  /** The value of an IPv6 address; 0 if it is in no prefix. */
  public static int find6(long high, long low) {
    Long direct = PREFIX_DIRECT6.get((int) (high >>> 48));
    if (direct == null) {
      return 0;
    }
    long slot = direct;
    int found = (int) slot;
    if (found < 0) {
      Integer exact = PREFIX_EXACT6.get(new Address6(high, low));
      if (exact != null) {
        return exact;
      }
      found &= ~EXACT_BELOW;
    }
    // What is left of the address moves up, 8 bits a turn.
    long bits = high << 16 | low >>> 48;
    long rest = low << 16;
    for (int i = 0; i < MOST_NODES6; i++) {
      int node = (int) (slot >>> 32);
      if (node == 0) {
        break;
      }
      slot = below(node, (int) (bits >>> 56));
      bits = bits << 8 | rest >>> 56;
      rest <<= 8;
      if ((int) slot != 0) {
        found = (int) slot;
      }
    }
    return found;
  }

  /** The slot of a node for the lowest 8 of some bits. */
  private static long below(int node, int bits) {
    Chunk chunk = PREFIX_CHUNKS.get(node + (bits >>> 6 & 3));
    if (chunk == null) {
      return 0;
    }
    long starts = chunk.starts();
    if (starts == 0) {
      return chunk.rest();
    }
    // Shifted by 63 − bits: the starts up to this slot are left.
    Long slot = PREFIX_SLOTS.get((int) chunk.rest() + Long.bitCount(starts << ~bits));
    return slot == null ? 0 : slot;
  }
}
