package dev.sluice.cli.doctor;

import dev.sluice.cli.attach.OrderedChain;
import dev.sluice.cli.chain.DeviceHooks;
import dev.sluice.cli.chain.GroupHooks;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs of ours that are not where they wish to be.
 *
 * @param scope what is looked at
 */
record OrderFindings(Scope scope) {
  /** Those of a device. */
  void addTo(List<Finding> findings, Device device) {
    List<AttachPoint> chains = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      chains.add(new AttachPoint.Tcx(device, direction));
    }
    for (AttachPoint.Netkit.Side side : AttachPoint.Netkit.Side.values()) {
      chains.add(new AttachPoint.Netkit(device, side));
    }
    for (AttachPoint at : chains) {
      if (DeviceHooks.find(scope.datapath(), at) != null) {
        add(at, findings);
      }
    }
  }

  /** Those of control groups. */
  void addGroupsTo(List<Finding> findings) {
    GroupHooks.attached(scope.datapath())
        .forEach(at -> DeviceHooks.unlessGone(() -> added(at, findings), false));
  }

  private boolean added(AttachPoint at, List<Finding> findings) {
    int before = findings.size();
    add(at, findings);
    return findings.size() > before;
  }

  private void add(AttachPoint at, List<Finding> findings) {
    OrderedChain chain =
        new OrderedChain(
            scope.session(), scope.datapath().chain(at, AttachMode.exactly(at.hook())));
    OrderedChain.Disorder disorder = chain.disorder();
    if (disorder == null) {
      return;
    }
    if (disorder.clash() != null) {
      findings.add(
          new Finding(
              Check.BROKEN_ORDER,
              at.toString(),
              "no order meets all wishes: " + disorder.clash(),
              "replace the wishes of one: sluice chain order " + at + " TARGET --before ..."));
    } else {
      findings.add(
          new Finding(
              Check.BROKEN_ORDER,
              at.toString(),
              disorder.misplaced() + " is where it should run",
              "sluice chain order " + at,
              chain::reconcile));
    }
  }
}
