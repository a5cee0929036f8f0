package dev.sluice.policy.export;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.policy.queue.QueueSizes;
import dev.sluice.policy.queue.ReadBack;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Sharing.ShareClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Classes of an HTB as those of a policy. */
final class ClassExport {
  private static final int MTU = 1600;
  private static final int LEAST_PRIORITY = 7;
  private static final long LEAST_QUANTUM = 1000;
  private static final long MOST_QUANTUM = 200_000;

  private final Device device;
  private final Htb htb;
  private final LeafQueues queues;
  private final Notes notes;
  private final RateNotes rates;

  ClassExport(Device device, Htb htb, LeafQueues queues, Notes notes) {
    this.device = device;
    this.htb = htb;
    this.queues = queues;
    this.notes = notes;
    rates = new RateNotes(device, notes);
  }

  private static String where(ClassNode node) {
    return "class " + node.id;
  }

  /** What a class gets of its own: its ceiling if that is lower. */
  Rate rate(ClassNode node) {
    Rate rate = rates.rate(node.options.rate(), where(node), "rate");
    Rate ceil = node.options.ceil().rate();
    if (ceil.compareTo(rate) >= 0 || ceil.bytesPerSecond() == 0) {
      return rate;
    }
    notes.changed(device, where(node), "its rate of " + rate + " is above its ceiling " + ceil);
    return ceil;
  }

  /**
   * A class with those below it.
   *
   * @param most what its parent gets at most
   * @param alone whether it has nobody to borrow from
   * @param matches of the leaves
   */
  ShareClass of(ClassNode node, Rate most, boolean alone, Map<ClassNode, List<Match>> matches) {
    Rate rate = rate(node);
    Rate told = rates.rate(node.options.ceil(), where(node), "ceiling");
    Rate ceil = alone || told.compareTo(rate) < 0 ? rate : told;
    Rate usual = most.compareTo(rate) < 0 ? rate : most;
    List<ShareClass> below = new ArrayList<>();
    for (ClassNode child : node.children) {
      below.add(of(child, ceil, false, matches));
    }
    Integer priority = null;
    if (node.isLeaf()) {
      int its = Math.clamp(node.options.priority() & 0xffff_ffffL, 0, LEAST_PRIORITY);
      priority = its == 0 ? null : its;
      noteQuantum(node);
    }
    return new ShareClass(
        node.name(),
        rate,
        ceil.equals(usual) ? null : ceil,
        priority,
        burst(node, rate, told),
        node.isLeaf() ? queues.time(node, ceil) : null,
        matches.getOrDefault(node, List.of()),
        below);
  }

  /** Of a class that becomes the device's rate: what a policy does not say of that. */
  void noteInner(ClassNode node) {
    DataSize burst = burst(node, node.options.rate().rate(), node.options.ceil().rate());
    if (burst != null) {
      notes.leftOut(
          device,
          where(node),
          "a burst of " + burst + ": a policy has none for all there is to share");
    }
  }

  /** Nobody said a quantum if it is what the kernel makes of the rate, or what a policy does. */
  private void noteQuantum(ClassNode node) {
    long divisor = Math.max(1, Integer.toUnsignedLong(htb.rateToQuantum()));
    Rate rate = node.options.rate().rate();
    long kernels = Math.clamp(rate.bytesPerSecond() / divisor, LEAST_QUANTUM, MOST_QUANTUM);
    long quantum = node.options.quantum();
    if (quantum == QueueSizes.quantum(rate)) {
      return;
    }
    if (quantum != kernels) {
      notes.leftOut(
          device,
          where(node),
          "a quantum of " + quantum + ": a policy has none, a tenth of the rate is taken");
    } else if (divisor != 10) {
      notes.leftOut(
          device, "qdisc htb", "r2q " + divisor + ": a policy has none, r2q is always 10");
    }
  }

  private @Nullable DataSize burst(ClassNode node, Rate rate, Rate ceil) {
    HtbClass options = node.options;
    boolean tcs =
        isTcs(options.burst(), options.rate().rate())
            && isTcs(options.ceilBurst(), options.ceil().rate());
    if (tcs) {
      notes.changed(
          device,
          "qdisc htb",
          "bursts that tc chose (1600 bytes) become those that Sluice chooses");
      return null;
    }
    if (isOurs(options.burst(), rate) && isOurs(options.ceilBurst(), ceil)) {
      return null;
    }
    DataSize burst = RoundNumber.size(options.burst(), options.rate().rate());
    DataSize ceilBurst = RoundNumber.size(options.ceilBurst(), options.ceil().rate());
    if (isTcs(options.burst(), options.rate().rate())) {
      notes.changed(device, where(node), "its cburst of " + ceilBurst + " becomes its burst, too");
      return ceilBurst;
    }
    boolean same =
        ReadBack.isSame(options.ceilBurst(), Bucket.of(options.ceil().rate(), burst.bytes()));
    if (isTcs(options.ceilBurst(), options.ceil().rate())) {
      notes.changed(device, where(node), "its burst of " + burst + " becomes its cburst, too");
    } else if (!same) {
      notes.leftOut(
          device,
          where(node),
          "a cburst of " + ceilBurst + ": a policy has one burst, " + burst + ", for both");
    }
    return burst;
  }

  private static boolean isTcs(Bucket bucket, Rate rate) {
    return ReadBack.isSame(bucket, Bucket.of(rate, HtbClass.defaultBurst(rate, MTU)));
  }

  private static boolean isOurs(Bucket bucket, Rate rate) {
    return ReadBack.isSame(bucket, Bucket.of(rate, QueueSizes.burst(rate, null)));
  }
}
