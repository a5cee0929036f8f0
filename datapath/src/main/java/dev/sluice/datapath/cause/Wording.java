package dev.sluice.datapath.cause;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import org.jspecify.annotations.Nullable;

/** Says a change as a person would. */
public final class Wording {
  private Wording() {}

  /** The change in words: {@code add class 1:10 on eth0}. */
  public static String of(Change change) {
    StringBuilder words = new StringBuilder(verb(change.verb()));
    switch (change) {
      case Change.OfQdisc qdisc -> {
        words.append(" qdisc");
        kind(words, qdisc.kind());
        handle(words, qdisc.handle());
        if (!qdisc.parent().isUnspecified()) {
          words.append(" at ").append(qdisc.parent());
        }
      }
      case Change.OfClass trafficClass -> {
        words.append(" class");
        handle(words, trafficClass.id());
      }
      case Change.OfFilter filter -> {
        words.append(" filter");
        kind(words, filter.kind());
        if (filter.handle() != 0) {
          words.append(' ').append(Integer.toHexString(filter.handle()));
        }
        if (filter.priority() != 0) {
          words.append(" of priority ").append(filter.priority());
        }
        if (!filter.parent().isUnspecified()) {
          words.append(" at ").append(filter.parent());
        }
      }
    }
    return words.append(" on ").append(change.device()).toString();
  }

  private static String verb(Change.Verb verb) {
    return switch (verb) {
      case ADD -> "add";
      case CHANGE -> "change";
      case REPLACE -> "replace";
      case LINK -> "link";
      case DELETE -> "delete";
    };
  }

  private static void kind(StringBuilder words, @Nullable String kind) {
    if (kind != null) {
      words.append(' ').append(kind);
    }
  }

  private static void handle(StringBuilder words, Handle handle) {
    if (!handle.isUnspecified()) {
      words.append(' ').append(handle);
    }
  }
}
