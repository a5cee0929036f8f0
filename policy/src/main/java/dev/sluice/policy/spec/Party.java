package dev.sluice.policy.spec;

import dev.sluice.policy.address.Prefix;
import java.util.List;

/** One end of a packet's way: any of what is said. */
@Doc("One end of a packet's way: any of these.")
public record Party(
    @Doc("Addresses and prefixes.") List<Prefix> prefixes,
    @Doc("Address lists, by name.") List<String> lists,
    @Doc("Addresses that are in none of these address lists.") List<String> outside,
    @Doc("Workloads.") List<Target> workloads,
    @Doc("Addresses that are not meant although they are among the above.") List<Prefix> except) {
  /** Copies the lists. */
  public Party {
    prefixes = List.copyOf(prefixes);
    lists = List.copyOf(lists);
    outside = List.copyOf(outside);
    workloads = List.copyOf(workloads);
    except = List.copyOf(except);
  }
}
