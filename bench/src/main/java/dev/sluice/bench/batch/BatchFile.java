package dev.sluice.bench.batch;

import java.util.ArrayList;
import java.util.List;

/**
 * A batch file with many HTB classes, and as many u32 filters in a hash table of 256 buckets.
 *
 * <p>One list of filters would not do: a bucket has 4,095 handles.
 *
 * @param title what tables call it
 * @param groups inner classes that the leaves are spread over; 1 for a flat tree
 * @param classes how many leaves, and how many filters
 */
record BatchFile(String title, int groups, int classes) {
  /** The first leaf's minor number: those below are for the inner classes. */
  private static final int FIRST_LEAF = 0x100;

  private static final int BUCKETS = 256;

  BatchFile {
    if (groups < 1 || groups >= FIRST_LEAF - 1 || classes % groups != 0) {
      throw new IllegalArgumentException(classes + " classes in " + groups + " groups");
    }
  }

  /** All leaves side by side. */
  static BatchFile flat(int classes) {
    return new BatchFile("%,d flat".formatted(classes), 1, classes);
  }

  /** The leaves in 40 groups. */
  static BatchFile nested(int classes) {
    return new BatchFile("%,d in 40 × %d".formatted(classes, classes / 40), 40, classes);
  }

  /** How many classes there are afterwards: the leaves, the groups and what holds them. */
  int allClasses() {
    return classes + (groups == 1 ? 1 : groups + 1);
  }

  /** The lines for a device. */
  List<String> lines(String device) {
    List<String> lines = new ArrayList<>(2 * classes + groups + 8);
    String dev = " add dev " + device + " ";
    lines.add("qdisc" + dev + "root handle 1: htb default 1");
    lines.add("class" + dev + "parent 1: classid 1:1 htb rate 1gbit quantum 20000");
    for (int group = 0; groups > 1 && group < groups; group++) {
      lines.add(
          "class%sparent 1:1 classid 1:%x htb rate 10mbit ceil 1gbit".formatted(dev, 2 + group));
    }
    for (int leaf = 0; leaf < classes; leaf++) {
      int parent = groups == 1 ? 1 : 2 + leaf % groups;
      lines.add(
          "class%sparent 1:%x classid 1:%x htb rate 1mbit ceil 10mbit"
              .formatted(dev, parent, FIRST_LEAF + leaf));
    }
    String filter = "filter" + dev + "parent 1: protocol ip prio 1 ";
    lines.add(filter + "handle 2: u32 divisor " + BUCKETS);
    for (int leaf = 0; leaf < classes; leaf++) {
      int bucket = leaf % BUCKETS;
      lines.add(
          "%su32 ht 2:%x: match ip src 10.0.%d.%d flowid 1:%x"
              .formatted(filter, bucket, leaf / BUCKETS, bucket, FIRST_LEAF + leaf));
    }
    lines.add(
        filter + "u32 ht 800:: match ip src 10.0.0.0/16 hashkey mask 0x000000ff at 12 link 2:");
    return lines;
  }
}
