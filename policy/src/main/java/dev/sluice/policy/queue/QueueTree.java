package dev.sluice.policy.queue;

import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Tbf;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The wanted queue of a device. */
public sealed interface QueueTree {
  /** The name of the class that all others share. A policy cannot use it. */
  String ALL = "(all)";

  /** The name of the class for packets that no match fits. A policy cannot use it. */
  String REST = "(default)";

  /** The root qdisc. */
  Qdisc root();

  /**
   * All packets are held to one rate.
   *
   * @param root the token bucket
   */
  record Held(Tbf root) implements QueueTree {}

  /**
   * Classes share a rate.
   *
   * @param defaultMinor the minor number of the class for packets that no match fits
   * @param classes the classes, parents before their children
   */
  record Shared(int defaultMinor, List<QueueClass> classes) implements QueueTree {
    /** Copies the list. */
    public Shared {
      classes = List.copyOf(classes);
    }

    @Override
    public Htb root() {
      return Htb.withDefault(defaultMinor);
    }

    /** The minor numbers of the policy's classes by name, to be kept for the next run. */
    public Map<String, Integer> numbers() {
      Map<String, Integer> numbers = new LinkedHashMap<>();
      for (QueueClass each : classes) {
        if (each.minor() >= ClassNumbers.FIRST) {
          numbers.put(each.name(), each.minor());
        }
      }
      return numbers;
    }

    /** The class with a name; null if there is none. */
    public @Nullable QueueClass find(String name) {
      for (QueueClass each : classes) {
        if (each.name().equals(name)) {
          return each;
        }
      }
      return null;
    }
  }
}
