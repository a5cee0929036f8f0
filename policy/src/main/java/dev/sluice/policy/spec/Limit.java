package dev.sluice.policy.spec;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets that are dropped above a rate. */
@Doc(
    "Packets that are dropped above a rate: nothing waits, so TCP gets somewhat less. Where packets"
        + " are to wait, give them a class with a ceiling.")
public record Limit(
    @Doc("What reports call it.") String name,
    @Doc("Devices: a name, or a pattern with `*` and `?`. This or `workload`.")
        @Nullable String device,
    @Doc("Workloads. This or `device`.") @Nullable Target workload,
    @Doc(value = "Which packets.", otherwise = "both ways, each with the whole rate")
        @Nullable Way way,
    @Doc("Which packets: those that one of these fits; all unless said.") List<Match> match,
    @Doc("The rate.") Rate rate,
    @Doc(
            "How much may pass at once after a pause; 100 ms of the rate unless said, but 16 KiB at"
                + " least.")
        @Nullable DataSize burst,
    @Doc(value = "Who has the rate.", otherwise = "all") @Nullable Each each) {
  /** Copies the list. */
  public Limit {
    match = List.copyOf(match);
  }

  /** Who has the rate. */
  @Doc("Who has the rate: all these packets together, or each sender or receiver for itself.")
  public enum Each {
    /** All together. */
    ALL,
    /** Each address that sends. */
    SENDER,
    /** Each address that receives. */
    RECEIVER
  }
}
