package dev.sluice.cli.status;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.status.HookStatus.FilterStatus;
import dev.sluice.cli.tc.TcText;
import dev.sluice.cli.tcx.ChainListing;
import dev.sluice.cli.tcx.RunCounters;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found at a device.
 *
 * @param device its name
 * @param index its index
 * @param hooks arriving packets, then leaving ones
 * @param root the root qdisc and what hangs below it; null if the device has none
 * @param rootFilters the filters that the root qdisc asks for a packet's class, in that order
 */
record DeviceStatus(
    String device,
    int index,
    List<HookStatus> hooks,
    @Nullable QueueTree root,
    List<FilterStatus> rootFilters) {
  DeviceStatus {
    hooks = List.copyOf(hooks);
    rootFilters = List.copyOf(rootFilters);
  }

  /** Whether nobody put anything there: no programs, no filters and the kernel's own qdisc. */
  boolean isBare() {
    return hooks.stream().allMatch(HookStatus::isEmpty)
        && (root == null || root.handle().equals("0:"));
  }

  /** Looks at a device. */
  static DeviceStatus read(
      Datapath datapath,
      PinLayout pins,
      Device device,
      List<QdiscEntry> qdiscs,
      RunCounters counters) {
    TcText text = new TcText(datapath);
    boolean clsact = qdiscs.stream().anyMatch(entry -> entry.qdisc() instanceof Qdisc.Clsact);
    boolean ingress = qdiscs.stream().anyMatch(entry -> entry.qdisc() instanceof Qdisc.Ingress);
    QueueTree root = QueueTree.read(device, qdiscs, datapath.trafficControl(), text);
    return new DeviceStatus(
        device.name(),
        device.index(),
        Arrays.stream(Direction.values())
            .map(
                direction ->
                    hook(
                        datapath,
                        pins,
                        new AttachPoint.Tcx(device, direction),
                        clsact || (ingress && direction == Direction.INGRESS),
                        counters,
                        text))
            .toList(),
        root,
        root == null || root.children().isEmpty()
            ? List.of()
            : filters(datapath, device, Handle.UNSPECIFIED, text));
  }

  private static HookStatus hook(
      Datapath datapath,
      PinLayout pins,
      AttachPoint at,
      boolean hasFilters,
      RunCounters counters,
      TcText text) {
    ChainListing chain = ChainListing.read(datapath, pins, at, AttachMode.AUTO, counters);
    boolean tcx = chain.attachMode().equals(AttachMode.TCX.title());
    if (chain.programs().isEmpty() && tcx && hasFilters) {
      chain = ChainListing.read(datapath, pins, at, AttachMode.TC, counters);
    }
    return new HookStatus(
        at.direction().toString(),
        chain.programs().isEmpty() ? null : chain.attachMode(),
        chain.programs().isEmpty() ? null : chain.revision(),
        chain.programs(),
        hasFilters ? filters(datapath, at.device(), clsact(at.direction()), text) : List.of());
  }

  private static Handle clsact(Direction direction) {
    return switch (direction) {
      case INGRESS -> Handle.CLSACT_INGRESS;
      case EGRESS -> Handle.CLSACT_EGRESS;
    };
  }

  private static List<FilterStatus> filters(
      Datapath datapath, Device device, Handle parent, TcText text) {
    List<FilterStatus> filters = new ArrayList<>();
    for (FilterEntry entry : datapath.trafficControl().filters(device, parent)) {
      // Heads of lists and u32's hash tables are not asked by themselves.
      boolean table = entry.filter() instanceof U32 u32 && u32.selector() == null;
      if (entry.filter() != null && !table) {
        filters.add(
            new FilterStatus(
                entry.priority(),
                TcText.protocol(entry.protocol()),
                entry.kind(),
                "0x" + Integer.toHexString(entry.handle()),
                text.of(entry)));
      }
    }
    return filters;
  }
}
