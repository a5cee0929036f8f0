package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Queues and classes in sentences for people. */
final class Wording {
  private Wording() {}

  static String of(Qdisc qdisc) {
    return qdisc instanceof Tbf tbf
        ? "tbf, rate " + tbf.rate().rate() + ", burst " + size(tbf.burst())
        : qdisc.kind();
  }

  static String added(QueueClass added) {
    HtbClass options = added.options();
    return "add "
        + added
        + ": rate "
        + options.rate().rate()
        + ", ceiling "
        + options.ceil().rate();
  }

  static String queue(QueueClass owner) {
    return "give " + owner + " a queue of " + DataSize.bytes(Objects.requireNonNull(owner.limit()));
  }

  static String difference(Qdisc told, Tbf wanted) {
    List<String> parts = new ArrayList<>();
    if (told instanceof Tbf tbf) {
      compare(parts, "rate", tbf.rate().rate(), wanted.rate().rate());
      compare(parts, "burst", size(tbf.burst()), size(wanted.burst()));
      compare(parts, "limit", DataSize.bytes(tbf.limit()), DataSize.bytes(wanted.limit()));
    }
    return String.join(", ", parts);
  }

  static String difference(TrafficClass told, HtbClass wanted, boolean isLeaf) {
    List<String> parts = new ArrayList<>();
    if (told instanceof HtbClass htb) {
      compare(parts, "rate", htb.rate().rate(), wanted.rate().rate());
      compare(parts, "ceiling", htb.ceil().rate(), wanted.ceil().rate());
      compare(parts, "burst", size(htb.burst()), size(wanted.burst()));
      compare(parts, "burst at the ceiling", size(htb.ceilBurst()), size(wanted.ceilBurst()));
      if (isLeaf) {
        compare(parts, "priority", htb.priority(), wanted.priority());
        compare(parts, "quantum", htb.quantum(), wanted.quantum());
      }
    }
    return String.join(", ", parts);
  }

  private static void compare(List<String> parts, String what, Object told, Object wanted) {
    if (!told.equals(wanted)) {
      parts.add(what + " " + told + " → " + wanted);
    }
  }

  private static DataSize size(Bucket bucket) {
    return DataSize.bytes(bucket.bytes());
  }
}
