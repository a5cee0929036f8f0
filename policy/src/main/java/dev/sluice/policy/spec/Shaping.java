package dev.sluice.policy.spec;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Devices or workloads that are held to a rate by a queue. */
@Doc("Devices or workloads that are held to a rate: packets above it wait in a queue (TBF).")
public record Shaping(
    @Doc("Devices: a name, or a pattern with `*` and `?`. This or `workload`.")
        @Nullable String device,
    @Doc("Workloads; each is held to the rate. This or `device`.") @Nullable Target workload,
    @Doc("What leaves by the device, or what the workload sends.") @Nullable Shape upload,
    @Doc("What arrives at the device, or what the workload receives.") @Nullable Shape download) {
  /** A rate, and how much may wait for it. */
  @Doc("A rate, and how much may wait for it.")
  public record Shape(
      @Doc("Such as `10mbit`.") Rate rate,
      @Doc(
              "How much may leave at once after a pause; 20 ms of the rate unless said, but 16 KiB"
                  + " at least.")
          @Nullable DataSize burst,
      @Doc(value = "How long packets wait at most before more are dropped.", otherwise = "50ms")
          @Nullable Duration queue) {}
}
