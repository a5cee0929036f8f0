package dev.sluice.bench.batch;

import java.util.ArrayList;
import java.util.List;

/**
 * A batch file with many HTB classes, and a u32 filter for each.
 *
 * <p>A class that is added costs the kernel a walk over all classes of its qdisc ({@code
 * tc_bind_tclass} in {@code net/sched/sch_api.c}), so that a flat tree takes quadratic time. HTB
 * qdiscs inside the classes of another keep the walks short.
 *
 * @param title what tables call it
 * @param qdiscs inner HTB qdiscs that the classes are spread over; 0 for a flat tree
 * @param classes how many leaf classes, and how many filters that choose one
 */
record BatchFile(String title, int qdiscs, int classes) {
  private static final String HTB = "htb rate 1mbit ceil 10mbit";

  /** The first leaf's minor number. */
  private static final int FIRST = 0x10;

  /** The first inner qdisc's major number. */
  private static final int FIRST_QDISC = 0x100;

  /** One list of filters would not do: it has 4,095 handles. */
  private static final int BUCKETS = 256;

  BatchFile {
    if (qdiscs > 0 && (classes % qdiscs != 0 || classes / qdiscs > BUCKETS)) {
      throw new IllegalArgumentException(classes + " classes in " + qdiscs + " qdiscs");
    }
  }

  /** All classes side by side in one qdisc. */
  static BatchFile flat(int classes) {
    return new BatchFile("%,d flat".formatted(classes), 0, classes);
  }

  /** The classes in 40 qdiscs. */
  static BatchFile nested(int classes) {
    return new BatchFile("%,d in 40 × %d".formatted(classes, classes / 40), 40, classes);
  }

  /** How many classes there are afterwards. */
  int allClasses() {
    return classes + qdiscs;
  }

  /** How many filters there are that choose a class. */
  int allFilters() {
    return classes + qdiscs;
  }

  /** The lines for a device. */
  List<String> lines(String device) {
    List<String> lines = new ArrayList<>(2 * classes + 4 * qdiscs + 4);
    String dev = " add dev " + device + " ";
    lines.add("qdisc" + dev + "root handle 1: htb default 1");
    if (qdiscs == 0) {
      addFlat(lines, dev);
    } else {
      addNested(lines, dev);
    }
    return lines;
  }

  private void addFlat(List<String> lines, String dev) {
    for (int leaf = 0; leaf < classes; leaf++) {
      lines.add("class%sparent 1: classid 1:%x %s".formatted(dev, FIRST + leaf, HTB));
    }
    String filter = "filter" + dev + "parent 1: protocol ip prio 1 ";
    lines.add(filter + "handle 2: u32 divisor " + BUCKETS);
    for (int leaf = 0; leaf < classes; leaf++) {
      int bucket = leaf % BUCKETS;
      lines.add(
          "%su32 ht 2:%x: match ip src 10.0.%d.%d flowid 1:%x"
              .formatted(filter, bucket, leaf / BUCKETS, bucket, FIRST + leaf));
    }
    lines.add(
        filter + "u32 ht 800:: match ip src 10.0.0.0/16 hashkey mask 0x000000ff at 12 link 2:");
  }

  private void addNested(List<String> lines, String dev) {
    for (int inner = 0; inner < qdiscs; inner++) {
      int outerClass = FIRST + inner;
      int major = FIRST_QDISC + inner;
      lines.add("class%sparent 1: classid 1:%x %s".formatted(dev, outerClass, HTB));
      lines.add("qdisc%sparent 1:%x handle %x: htb default 1".formatted(dev, outerClass, major));
      lines.add(
          "filter%sparent 1: protocol ip prio 1 u32 match ip src 10.%d.0.0/16 flowid 1:%x"
              .formatted(dev, inner, outerClass));
      for (int leaf = 0; leaf < classes / qdiscs; leaf++) {
        lines.add(
            "class%sparent %x: classid %x:%x %s".formatted(dev, major, major, FIRST + leaf, HTB));
      }
      for (int leaf = 0; leaf < classes / qdiscs; leaf++) {
        lines.add(
            "filter%sparent %x: protocol ip prio 1 u32 match ip src 10.%d.0.%d flowid %x:%x"
                .formatted(dev, major, inner, leaf, major, FIRST + leaf));
      }
    }
  }
}
