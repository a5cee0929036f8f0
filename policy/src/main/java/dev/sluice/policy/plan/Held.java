package dev.sluice.policy.plan;

import java.util.List;

/** What is kept open until it is not needed any more. */
final class Held {
  private Held() {}

  /** Closes all, in whatever state they are, and empties the list. */
  static void close(List<AutoCloseable> held) {
    IllegalStateException failure = null;
    for (AutoCloseable one : held) {
      try {
        one.close();
      } catch (Exception e) {
        failure = new IllegalStateException(e);
      }
    }
    held.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
