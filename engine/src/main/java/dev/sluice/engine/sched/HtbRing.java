package dev.sluice.engine.sched;

/**
 * Classes of one priority that take turns, and whose turn it is ({@code struct htb_prio}): those of
 * a level that may send at their own rate, or those below a class that borrow from it.
 */
final class HtbRing {
  private final MinorSet classes = new MinorSet();

  /** Whose turn it is; {@link MinorSet#NONE} behind the last, or where it was forgotten. */
  private int pointer = MinorSet.NONE;

  /** Whose turn it was when that class left; {@link MinorSet#NONE} for nobody's. */
  private int rememberedId = MinorSet.NONE;

  boolean isEmpty() {
    return classes.isEmpty();
  }

  void add(int minor) {
    classes.add(minor);
  }

  /** Takes a class out of a level's ring; the turn goes to the next. */
  void removeFromRow(int minor) {
    if (pointer == minor) {
      advance();
    }
    classes.remove(minor);
  }

  /** Takes a class out of a class's ring; its place in the turn is remembered. */
  void removeFromFeed(int minor) {
    if (pointer == minor) {
      rememberedId = minor;
      pointer = MinorSet.NONE;
    }
    classes.remove(minor);
  }

  /** The turn goes to the next; behind the last it is at the end. */
  void advance() {
    if (pointer != MinorSet.NONE) {
      pointer = classes.next(pointer + 1);
    }
  }

  /** Whose turn it is; {@link MinorSet#NONE} at the end. What was remembered is looked up. */
  int current() {
    if (pointer == MinorSet.NONE && rememberedId != MinorSet.NONE) {
      pointer = classes.next(rememberedId);
    }
    rememberedId = MinorSet.NONE;
    return pointer;
  }

  /** The turn goes to the first. */
  void rewind() {
    pointer = classes.next(0);
  }

  /** Nobody's turn is known any more. */
  void forget() {
    pointer = MinorSet.NONE;
    rememberedId = MinorSet.NONE;
  }
}
