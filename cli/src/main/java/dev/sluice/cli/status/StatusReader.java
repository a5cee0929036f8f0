package dev.sluice.cli.status;

import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainReader;
import dev.sluice.cli.status.HookStatus.FilterStatus;
import dev.sluice.cli.tc.TcText;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Looks at devices, one after the other. */
final class StatusReader {
  private final TrafficControl trafficControl;
  private final ChainReader chains;
  private final TcText text;

  /**
   * A reader for one listing.
   *
   * @param datapath where the devices are
   * @param chains reads their chains
   */
  StatusReader(Datapath datapath, ChainReader chains) {
    this.trafficControl = datapath.trafficControl();
    this.chains = chains;
    this.text = new TcText(datapath);
  }

  /**
   * Looks at a device.
   *
   * @param device the device
   * @param qdiscs its qdiscs
   */
  DeviceStatus read(Device device, List<QdiscEntry> qdiscs) {
    boolean clsact = qdiscs.stream().anyMatch(entry -> entry.qdisc() instanceof Qdisc.Clsact);
    boolean ingress = qdiscs.stream().anyMatch(entry -> entry.qdisc() instanceof Qdisc.Ingress);
    QueueTree root = QueueTree.read(device, qdiscs, trafficControl, text);
    List<HookStatus> hooks =
        Arrays.stream(Direction.values())
            .map(
                direction ->
                    hook(
                        new AttachPoint.Tcx(device, direction),
                        clsact || (ingress && direction == Direction.INGRESS)))
            .toList();
    boolean classful = root != null && !root.children().isEmpty();
    return new DeviceStatus(
        device.name(),
        device.index(),
        xdp(device),
        hooks,
        root,
        classful ? filters(device, Handle.UNSPECIFIED) : List.of());
  }

  private List<DeviceStatus.XdpStatus> xdp(Device device) {
    List<DeviceStatus.XdpStatus> found = new ArrayList<>();
    if (chains.find(new AttachPoint.Xdp(device)).isEmpty()) {
      return found;
    }
    for (AttachPoint.Xdp.Mode mode : AttachPoint.Xdp.Mode.values()) {
      if (mode != AttachPoint.Xdp.Mode.ANY) {
        chains
            .find(new AttachPoint.Xdp(device, mode))
            .forEach(program -> found.add(new DeviceStatus.XdpStatus("XDP " + mode, program)));
      }
    }
    return found;
  }

  private HookStatus hook(AttachPoint.AtDevice at, boolean hasFilters) {
    ChainListing chain = chains.read(at, AttachMode.AUTO);
    boolean tcx = chain.attachMode().equals(AttachMode.TCX.title());
    if (chain.programs().isEmpty() && tcx && hasFilters) {
      chain = chains.read(at, AttachMode.TC);
    }
    return new HookStatus(
        at.direction().toString(),
        chain.programs().isEmpty() ? null : chain.attachMode(),
        chain.programs().isEmpty() ? null : chain.revision(),
        chain.programs(),
        hasFilters ? filters(at.device(), clsact(at.direction())) : List.of());
  }

  private static Handle clsact(Direction direction) {
    return switch (direction) {
      case INGRESS -> Handle.CLSACT_INGRESS;
      case EGRESS -> Handle.CLSACT_EGRESS;
    };
  }

  private List<FilterStatus> filters(Device device, Handle parent) {
    List<FilterStatus> filters = new ArrayList<>();
    for (FilterEntry entry : trafficControl.filters(device, parent)) {
      if (entry.isAsked()) {
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
