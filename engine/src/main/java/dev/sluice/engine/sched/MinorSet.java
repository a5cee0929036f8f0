package dev.sluice.engine.sched;

import java.util.Arrays;

/**
 * Minor numbers of classes, in order: what the kernel keeps in a red-black tree by class id. Two
 * levels of bits, so that adding, removing and finding the next take the same time however many
 * there are.
 */
final class MinorSet {
  /** There is none. */
  static final int NONE = -1;

  private static final int WORD_SHIFT = 6;

  /** A bit for each number. */
  private long[] bits = new long[1];

  /** A bit for each word that is not 0; 16 words are enough for 65,536 numbers. */
  private final long[] summary = new long[16];

  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void add(int minor) {
    int word = minor >>> WORD_SHIFT;
    if (word >= bits.length) {
      bits = Arrays.copyOf(bits, Math.max(2 * bits.length, word + 1));
    }
    long bit = 1L << minor;
    if ((bits[word] & bit) == 0) {
      bits[word] |= bit;
      summary[word >>> WORD_SHIFT] |= 1L << word;
      size++;
    }
  }

  void remove(int minor) {
    int word = minor >>> WORD_SHIFT;
    long bit = 1L << minor;
    if (word < bits.length && (bits[word] & bit) != 0) {
      bits[word] &= ~bit;
      if (bits[word] == 0) {
        summary[word >>> WORD_SHIFT] &= ~(1L << word);
      }
      size--;
    }
  }

  /** The least number that is this or more; {@link #NONE} if there is none. */
  int next(int from) {
    int word = from >>> WORD_SHIFT;
    if (word >= bits.length) {
      return NONE;
    }
    long here = bits[word] & (-1L << from);
    if (here != 0) {
      return (word << WORD_SHIFT) + Long.numberOfTrailingZeros(here);
    }
    int nextWord = word + 1;
    int group = nextWord >>> WORD_SHIFT;
    if (group >= summary.length) {
      return NONE;
    }
    long words = summary[group] & (-1L << nextWord);
    while (words == 0) {
      group++;
      if (group == summary.length) {
        return NONE;
      }
      words = summary[group];
    }
    int found = (group << WORD_SHIFT) + Long.numberOfTrailingZeros(words);
    return (found << WORD_SHIFT) + Long.numberOfTrailingZeros(bits[found]);
  }
}
