package dev.sluice.policy.table;

import java.util.Arrays;

/**
 * The slots of a node, each only where it differs from the one before.
 *
 * @param starts for each chunk where its slots begin; 0 if they are all the same
 * @param runs the slots of all chunks, one of a chunk that has only one
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, and many
record NodeImage(long[] starts, long[] runs) {
  static final int CHUNKS = 4;
  private static final int CHUNK = 64;

  static NodeImage of(long[] slots) {
    long[] starts = new long[CHUNKS];
    long[] runs = new long[slots.length];
    int count = 0;
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      long bits = 0;
      for (int i = 0; i < CHUNK; i++) {
        long slot = slots[chunk * CHUNK + i];
        if (i == 0 || slot != runs[count - 1]) {
          runs[count++] = slot;
          bits |= 1L << i;
        }
      }
      starts[chunk] = bits == 1 ? 0 : bits;
    }
    return new NodeImage(starts, Arrays.copyOf(runs, count));
  }

  /** How many slots lie outside of the chunks. */
  int slots() {
    int slots = 0;
    for (long bits : starts) {
      slots += Long.bitCount(bits);
    }
    return slots;
  }

  /**
   * Whether a written node can become this one slot by slot: those that differ lead to the same
   * values, or there is only one.
   */
  boolean canReplace(NodeImage written) {
    if (!Arrays.equals(starts, written.starts)) {
      return false;
    }
    int changes = 0;
    boolean sameValues = true;
    for (int i = 0; i < runs.length; i++) {
      if (runs[i] != written.runs[i]) {
        changes++;
        sameValues &= (int) runs[i] == (int) written.runs[i];
      }
    }
    return sameValues || changes <= 1;
  }
}
