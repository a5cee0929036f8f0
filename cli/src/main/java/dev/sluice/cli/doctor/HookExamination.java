package dev.sluice.cli.doctor;

import dev.sluice.cli.chain.ChainReader;
import dev.sluice.cli.chain.DeviceHooks;
import dev.sluice.cli.chain.HookListing;
import dev.sluice.cli.chain.HookReader;
import dev.sluice.cli.chain.RunCounters;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainState;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at the hooks of each device, which are read once for all that is looked for there, and at
 * the order in control groups.
 */
final class HookExamination implements Examination {
  @Override
  public List<Finding> findings(Scope scope) {
    HookReader reader =
        new HookReader(
            scope.datapath(),
            new ChainReader(scope.datapath(), scope.pins(), new RunCounters.SinceLoad()));
    List<Finding> findings = new ArrayList<>();
    for (Device device : scope.devices()) {
      findings.addAll(DeviceHooks.unlessGone(() -> of(scope, device, reader), List.of()));
    }
    if (scope.isEverything()) {
      new OrderFindings(scope).addGroupsTo(findings);
    }
    return findings;
  }

  private static List<Finding> of(Scope scope, Device device, HookReader reader) {
    List<HookListing> hooks = reader.of(device);
    List<Finding> findings = new ArrayList<>();
    new NeighbourFindings(device, hooks).addTo(findings);
    new DuplicateFindings(scope, device, hooks).addTo(findings);
    new OrderFindings(scope).addTo(findings, device);
    new FilterFindings(scope.datapath(), device).addTo(findings);
    addGenericXdp(scope.datapath(), device, findings);
    return findings;
  }

  private static void addGenericXdp(Datapath datapath, Device device, List<Finding> findings) {
    AttachPoint at = new AttachPoint.Xdp(device, AttachPoint.Xdp.Mode.GENERIC);
    ChainState generic = DeviceHooks.find(datapath, at);
    if (generic != null && !generic.entries().isEmpty()) {
      findings.add(
          new Finding(
              Check.GENERIC_XDP,
              "xdp:" + device,
              "its program runs in generic mode: the stack runs it, when the packet has cost a"
                  + " socket buffer already",
              "if the driver of " + device + " can: attach to xdp:" + device + "/native"));
    }
  }
}
