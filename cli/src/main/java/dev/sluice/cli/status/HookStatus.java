package dev.sluice.cli.status;

import dev.sluice.cli.chain.ChainListing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a packet that goes one way meets at a device.
 *
 * @param direction {@code ingress} or {@code egress}
 * @param attachMode {@code TCX}, or {@code TC} where programs are at the classic hook only; null
 *     where there are no programs
 * @param revision the TCX chain's; null at the classic hook
 * @param programs the chain's programs in the order they run
 * @param filters the filters at clsact in the order they are asked
 */
record HookStatus(
    String direction,
    @Nullable String attachMode,
    @Nullable Long revision,
    List<ChainListing.Entry> programs,
    List<FilterStatus> filters) {
  HookStatus {
    programs = List.copyOf(programs);
    filters = List.copyOf(filters);
  }

  /** Whether nothing is there. */
  boolean isEmpty() {
    return programs.isEmpty() && filters.isEmpty();
  }

  /**
   * A filter.
   *
   * @param preference its priority: a lower one is asked first
   * @param protocol its protocol
   * @param kind its kind
   * @param handle its handle
   * @param text the line that tc prints
   */
  record FilterStatus(int preference, String protocol, String kind, String handle, String text) {}
}
