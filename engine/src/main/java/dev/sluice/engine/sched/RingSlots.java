package dev.sluice.engine.sched;

/**
 * Which slots of a ring can be used ({@code struct ptr_ring} in {@code include/linux/ptr_ring.h}):
 * those of packets that left are given back sixteen at a time, so a full ring that is read has no
 * room for a while.
 */
final class RingSlots {
  /** Slots given back at a time: two cache lines of pointers. */
  private static final int MOST_AT_ONCE = 16;

  private final int size;
  private final int atOnce;

  /** Where the next packet is read, and from where on slots were not given back. */
  private int head;

  private int tail;

  RingSlots(int size) {
    this.size = size;
    atOnce = MOST_AT_ONCE > size / 2 ? 1 : MOST_AT_ONCE;
  }

  /** Whether one more packet fits. */
  boolean hasRoom(int waiting) {
    return waiting + head - tail < size;
  }

  /** A packet was read. */
  void consumed() {
    head++;
    if (head - tail >= atOnce || head >= size) {
      tail = head;
    }
    if (head >= size) {
      head = 0;
      tail = 0;
    }
  }
}
