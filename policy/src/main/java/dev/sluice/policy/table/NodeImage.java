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
    int count = 0;
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      int from = chunk * CHUNK;
      long bits = 1;
      for (int i = 1; i < CHUNK; i++) {
        bits |= (slots[from + i] != slots[from + i - 1] ? 1L : 0) << i;
      }
      starts[chunk] = bits == 1 ? 0 : bits;
      count += Long.bitCount(bits);
    }
    long[] runs = new long[count];
    int run = 0;
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      long bits = starts[chunk] | 1;
      while (bits != 0) {
        runs[run++] = slots[chunk * CHUNK + Long.numberOfTrailingZeros(bits)];
        bits &= bits - 1;
      }
    }
    return new NodeImage(starts, runs);
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
