package dev.sluice.cli.status;

import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.status.HookStatus.FilterStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found at a device.
 *
 * @param device its name
 * @param index its index
 * @param xdp its XDP programs, before all else: one for each mode at most
 * @param hooks arriving packets, then leaving ones
 * @param root the root qdisc and what hangs below it; null if the device has none
 * @param rootFilters the filters that the root qdisc asks for a packet's class, in that order
 */
record DeviceStatus(
    String device,
    int index,
    List<XdpStatus> xdp,
    List<HookStatus> hooks,
    @Nullable QueueTree root,
    List<FilterStatus> rootFilters) {
  DeviceStatus {
    xdp = List.copyOf(xdp);
    hooks = List.copyOf(hooks);
    rootFilters = List.copyOf(rootFilters);
  }

  /**
   * An XDP program.
   *
   * @param attachMode {@code XDP native}, {@code XDP generic} or {@code XDP offload}
   * @param program the program
   */
  record XdpStatus(String attachMode, ChainListing.Entry program) {}

  /** Whether nobody put anything there: no programs, no filters and the kernel's own qdisc. */
  boolean isBare() {
    return xdp.isEmpty()
        && hooks.stream().allMatch(HookStatus::isEmpty)
        && (root == null || root.handle().equals("0:"));
  }
}
