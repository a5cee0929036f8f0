package dev.sluice.policy.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets that are dropped. */
@Doc("Packets that are dropped, whatever access rules say.")
public record Block(
    @Doc("What reports call it.") String name,
    @Doc("Devices: a name, or a pattern with `*` and `?`. This or `workload`.")
        @Nullable String device,
    @Doc("Workloads. This or `device`.") @Nullable Target workload,
    @Doc(value = "Which packets.", otherwise = "both ways") @Nullable Way way,
    @Doc("Which packets: those that one of these fits; all unless said.") List<Match> match) {
  /** Copies the list. */
  public Block {
    match = List.copyOf(match);
  }
}
