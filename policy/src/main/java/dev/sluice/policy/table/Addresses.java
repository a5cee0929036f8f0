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

  /** The chunks of nodes, four for each; and buckets, a chunk for each prefix. */
  public static final Table<Integer, Chunk> PREFIX_CHUNKS = Table.array(Chunk.class, 1);

  /** The slots of nodes. */
  public static final Table<Integer, Long> PREFIX_SLOTS = Table.array(Long.class, 1);

  /**
   * Values of single IPv6 addresses, in the lower half; in the upper half {@link Address6#check}.
   */
  public static final Table<Address6, Long> PREFIX_EXACT6 =
      Table.hash(Address6.class, Long.class, 1);

  /** In a slot of {@link #PREFIX_DIRECT6}: that there are single addresses below it. */
  static final int EXACT_BELOW = 0x8000_0000;

  /** In the place of a node: that it is a {@link Bucket}. */
  static final int BUCKET = 0x8000_0000;

  private static final int MOST_TRIES = 3;
  private static final int MOST_NODES4 = 2;
  private static final int MOST_NODES6 = 14;

  private Addresses() {}

  /**
   * A quarter of a node, or a prefix in a {@link Bucket}: its bits, and the rest.
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
  public record Address6(long high, long low) {
    /** The odd number next to 2⁶⁴ times the golden ratio: its multiples are far apart. */
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    /** A number that hardly another address has. */
    int check() {
      return (int) ((high * GOLDEN ^ low) * GOLDEN >>> 32);
    }
  }

  /** The value of an IPv4 address; 0 if it is in no prefix. */
  public static int find4(int address) {
    Long direct = PREFIX_DIRECT4.get(address >>> 16);
    return direct == null ? 0 : below((long) address << 48, 0, direct, MOST_NODES4);
  }

  /** The value of an IPv6 address; 0 if it is in no prefix. */
  public static int find6(long high, long low) {
    Long direct = PREFIX_DIRECT6.get((int) (high >>> 48));
    if (direct == null) {
      return 0;
    }
    if ((int) (long) direct < 0) {
      Address6 address = new Address6(high, low);
      // The kernel gives an entry that is replaced to another address at once, while it is read.
      for (int i = 0; i < MOST_TRIES; i++) {
        Long exact = PREFIX_EXACT6.get(address);
        if (exact == null) {
          break;
        }
        if ((int) (exact >>> 32) == address.check()) {
          return (int) (long) exact;
        }
      }
    }
    return below(high << 16 | low >>> 48, low << 16, direct, MOST_NODES6);
  }

  /**
   * What is found from a slot of the direct table on.
   *
   * @param bits what is left of the address
   * @param rest what is behind that
   * @param most how many nodes there can be
   */
  private static int below(long bits, long rest, long direct, int most) {
    int found = (int) direct & ~EXACT_BELOW;
    int node = (int) (direct >>> 32);
    // The bits of the address move up, 8 a turn. It ends where an entry is missing, which none is:
    // with a 0 in its place the verifier would look at all that follows once more for that 0.
    for (int i = 0; i < most && node > 0; i++) {
      int octet = (int) (bits >>> 56);
      Chunk chunk = PREFIX_CHUNKS.get(node + (octet >>> 6));
      if (chunk == null) {
        break;
      }
      long slot = chunk.rest();
      long starts = chunk.starts();
      if (starts != 0) {
        // Shifted by 63 − the lowest 6 bits: the starts up to this slot are left.
        Long run = PREFIX_SLOTS.get((int) slot + ones(starts << ~octet));
        if (run == null) {
          break;
        }
        slot = run;
      }
      int value = (int) slot;
      // The value, or what was found if it is 0; without a branch.
      found = value | found & ~(-value >> 31);
      node = (int) (slot >>> 32);
      bits = bits << 8 | rest >>> 56;
      rest <<= 8;
    }
    return node < 0 ? inBucket(node & ~BUCKET, bits, found) : found;
  }

  /** What is found in a bucket, without a branch for a prefix: which ones fit nobody foresees. */
  private static int inBucket(int at, long bits, int above) {
    Chunk first = PREFIX_CHUNKS.get(at);
    Chunk second = PREFIX_CHUNKS.get(at + 1);
    Chunk third = PREFIX_CHUNKS.get(at + 2);
    Chunk fourth = PREFIX_CHUNKS.get(at + 3);
    if (first == null || second == null || third == null || fourth == null) {
      return above;
    }
    int count = (int) (first.rest() >>> Bucket.COUNT_AT);
    int found = either(first, bits, -1, above);
    found = either(second, bits, 1 - count >> 31, found);
    found = either(third, bits, 2 - count >> 31, found);
    return either(fourth, bits, 3 - count >> 31, found);
  }

  /**
   * The value of a prefix if it fits, or else what was found before.
   *
   * @param used −1; 0 if it is not of the bucket
   */
  private static int either(Chunk prefix, long bits, int used, int before) {
    long rest = prefix.rest();
    long difference = (bits ^ prefix.starts()) >>> (int) (rest >>> Bucket.SHIFT_AT);
    int fits = (int) ~((difference | -difference) >> 63) & used;
    return before ^ (before ^ (int) rest) & fits;
  }

  /** {@link Long#bitCount}, with a multiplication instead of three sums. */
  private static int ones(long bits) {
    long twos = bits - (bits >>> 1 & 0x5555_5555_5555_5555L);
    long fours = (twos & 0x3333_3333_3333_3333L) + (twos >>> 2 & 0x3333_3333_3333_3333L);
    return (int) ((fours + (fours >>> 4) & 0x0f0f_0f0f_0f0f_0f0fL) * 0x0101_0101_0101_0101L >>> 56);
  }
}
