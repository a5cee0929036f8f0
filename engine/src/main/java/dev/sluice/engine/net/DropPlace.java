package dev.sluice.engine.net;

import dev.sluice.datapath.Handle;

/**
 * Where a packet was dropped and by whom. Each place makes its own once, so that telling of a drop
 * allocates nothing.
 *
 * @param cause what dropped it
 * @param device the name of the device it was at
 * @param culprit who dropped it, for people: {@code drop_by_address}, {@code u32 pref 1 800::800},
 *     {@code tbf 1:}
 * @param handle the qdisc or class, where a queue dropped it; 0 else
 */
public record DropPlace(Cause cause, String device, String culprit, Handle handle) {
  /** What drops packets. */
  public enum Cause {
    /** A program's verdict. */
    PROGRAM("program"),
    /** A program that faulted. */
    FAULT("fault"),
    /** A filter or its action. */
    FILTER("filter"),
    /** A queue that was full, or a packet too long for its bucket. */
    QUEUE("queue"),
    /** A redirect that led nowhere or in circles. */
    REDIRECT("redirect"),
    /** The host has no route for it, or nobody who wants it. */
    HOST("host");

    private final String text;

    Cause(String text) {
      this.text = text;
    }

    /** The word for listings. */
    public String text() {
      return text;
    }
  }

  @Override
  public String toString() {
    return culprit + " at " + device;
  }
}
