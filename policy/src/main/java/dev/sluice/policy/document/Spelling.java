package dev.sluice.policy.document;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that somebody probably meant. */
final class Spelling {
  private static final int FARTHEST = 2;

  private Spelling() {}

  /** The nearest of some words; null if none is near. */
  static @Nullable String nearest(String word, Collection<String> words) {
    String nearest = null;
    int least = FARTHEST + 1;
    for (String other : words) {
      int distance = distance(word.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = other;
      }
    }
    return nearest;
  }

  /** Letters to add, leave out or change (Levenshtein). */
  private static int distance(String one, String other) {
    int[] above = new int[other.length() + 1];
    for (int column = 0; column < above.length; column++) {
      above[column] = column;
    }
    for (int row = 1; row <= one.length(); row++) {
      int[] current = new int[above.length];
      current[0] = row;
      for (int column = 1; column < above.length; column++) {
        int change = one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(above[column - 1] + change, 1 + Math.min(above[column], current[column - 1]));
      }
      above = current;
    }
    return above[other.length()];
  }
}
