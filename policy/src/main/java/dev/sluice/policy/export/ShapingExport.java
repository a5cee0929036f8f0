package dev.sluice.policy.export;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.policy.queue.QueueSizes;
import dev.sluice.policy.queue.ReadBack;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Shaping.Shape;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A token bucket as the shaping of what leaves a device. */
final class ShapingExport {
  private ShapingExport() {}

  static Shaping of(Device device, Tbf tbf, String where, Notes notes) {
    Rate rate = new RateNotes(device, notes).rate(tbf.rate(), where, "rate");
    if (tbf.peak() != null) {
      notes.leftOut(
          device, where, "peak rate " + tbf.peak().rate() + ": a policy has none within a burst");
    }
    long usual = QueueSizes.burst(rate, null);
    boolean isUsual = ReadBack.isSame(tbf.burst(), Bucket.of(rate, usual));
    DataSize burst = isUsual ? DataSize.bytes(usual) : RoundNumber.size(tbf.burst(), rate);
    if (tbf.limit() < burst.bytes()) {
      notes.changed(
          device,
          where,
          "a limit of "
              + tbf.limit()
              + " bytes, below its burst: of a policy, as much as the burst waits at least");
    }
    return new Shaping(
        device.name(),
        null,
        new Shape(rate, isUsual ? null : burst, queue(tbf.limit() - burst.bytes(), rate)),
        null);
  }

  /** How long packets wait; null for what a policy has unless it says something else. */
  private static @Nullable Duration queue(long waiting, Rate rate) {
    double slack = RoundNumber.slack(rate);
    long usual = QueueSizes.bytes(rate, QueueSizes.QUEUE);
    return Math.abs(waiting - usual) <= slack
        ? null
        : RoundNumber.time(Math.max(0, waiting), rate, slack);
  }
}
