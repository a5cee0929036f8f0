package dev.sluice.policy.table;

/**
 * The few prefixes of a node and of all nodes below, side by side, to be compared with one after
 * the other: so an address reads from one place, whatever the number of bits left.
 *
 * @param keys the bits behind those that lead to the node; of two prefixes of which one is in the
 *     other, the shorter comes first
 * @param rests their values; above these, by how much a difference is shifted so that only bits of
 *     the prefix are left; with the first, at {@link #COUNT_AT}, how many there are
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record Bucket(long[] keys, long[] rests) {
  /** How many prefixes there can be. */
  static final int MOST = 4;

  static final int SHIFT_AT = 32;
  static final int COUNT_AT = 40;
  private static final int LEVELS = Long.BYTES;

  /** Whether a node can be one. If it can, so can all nodes below. */
  static boolean canHold(Node node) {
    return node.size <= MOST && isShallow(node, 0);
  }

  private static boolean isShallow(Node node, int level) {
    if (level == LEVELS) {
      return node.size == 0;
    }
    for (Node child : node.children()) {
      if (!isShallow(child, level + 1)) {
        return false;
      }
    }
    return true;
  }

  static Bucket of(Node node) {
    Bucket bucket = new Bucket(new long[node.size], new long[node.size]);
    bucket.collect(node, 0, 0, 0);
    bucket.rests[0] |= (long) node.size << COUNT_AT;
    return bucket;
  }

  private int collect(Node node, long above, int level, int from) {
    int at = from;
    int last = Long.SIZE - 8 - 8 * level;
    for (int i = 0; i < node.prefixes(); i++, at++) {
      int prefix = node.prefix(i);
      int length = 31 - Integer.numberOfLeadingZeros(prefix);
      long octet = (long) prefix << (8 - length) & (Node.WIDTH - 1);
      keys[at] = above | octet << last;
      rests[at] = (long) (last + 8 - length) << SHIFT_AT | node.value(i);
    }
    for (Node child : node.children()) {
      at = collect(child, above | (long) child.key << last, level + 1, at);
    }
    return at;
  }
}
