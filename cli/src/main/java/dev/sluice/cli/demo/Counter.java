package dev.sluice.cli.demo;

import dev.sluice.datapath.Handle;

/** Whose counters are read. */
sealed interface Counter {
  /** The device's root qdisc: everything that leaves. */
  record Root() implements Counter {
    @Override
    public String toString() {
      return "device";
    }
  }

  /**
   * A class.
   *
   * @param id its name
   */
  record OfClass(Handle id) implements Counter {
    @Override
    public String toString() {
      return "class " + id;
    }
  }

  /**
   * What an HTB lets out without a class: the device's bytes less those of all its leaf classes.
   */
  record Unclassified() implements Counter {
    @Override
    public String toString() {
      return "unclassified";
    }
  }

  /** The root qdisc. */
  static Counter root() {
    return new Root();
  }

  /** What no class takes. */
  static Counter unclassified() {
    return new Unclassified();
  }

  /** A class by its two numbers. */
  static Counter ofClass(int major, int minor) {
    return new OfClass(Handle.of(major, minor));
  }
}
