package dev.sluice.policy.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets of which some are copied to whoever watches. */
@Doc("Packets of which some are copied to whoever watches (`bpf_skb_event_output`).")
public record Sampling(
    @Doc("What reports call it.") String name,
    @Doc("Devices: a name, or a pattern with `*` and `?`. This or `workload`.")
        @Nullable String device,
    @Doc("Workloads. This or `device`.") @Nullable Target workload,
    @Doc(value = "Which packets.", otherwise = "both ways") @Nullable Way way,
    @Doc("Which packets: those that one of these fits; all unless said.") List<Match> match,
    @Doc(value = "One of so many.", least = 1, most = 0x7fff_ffff, otherwise = "1")
        @Nullable Integer every,
    @Doc(value = "How much of a packet.", least = 0, most = 256, otherwise = "128")
        @Nullable Integer bytes,
    @Doc(value = "Only those of which this became.", otherwise = "all") @Nullable Only only) {
  /** Copies the list. */
  public Sampling {
    match = List.copyOf(match);
  }

  /** Which packets, by what became of them. */
  @Doc("Which packets, by what became of them.")
  public enum Only {
    /** All. */
    ALL,
    /** Those that this policy drops. */
    DROPPED,
    /** Those that go on. */
    PASSED
  }
}
