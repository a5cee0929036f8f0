package dev.sluice.policy.export;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is set up at one device. */
final class DeviceExport {
  private final Datapath datapath;
  private final Device device;
  private final Notes notes;
  final List<Shaping> shaping = new ArrayList<>();
  final List<Sharing> sharing = new ArrayList<>();
  final List<Block> blocks = new ArrayList<>();

  private DeviceExport(Datapath datapath, Device device, Notes notes) {
    this.datapath = datapath;
    this.device = device;
    this.notes = notes;
  }

  static DeviceExport read(Datapath datapath, Device device, Notes notes) {
    DeviceExport export = new DeviceExport(datapath, device, notes);
    export.read();
    return export;
  }

  private void read() {
    List<QdiscEntry> inner = new ArrayList<>();
    List<QdiscEntry> roots = new ArrayList<>();
    for (QdiscEntry entry : datapath.trafficControl().qdiscs(device)) {
      switch (entry.qdisc()) {
        case Qdisc.Clsact _ -> {
          hook(Handle.CLSACT_INGRESS, "ingress", Way.DOWNLOAD, entry.ingressBlock());
          hook(Handle.CLSACT_EGRESS, "egress", Way.UPLOAD, entry.egressBlock());
        }
        case Qdisc.Ingress _ ->
            hook(Handle.CLSACT_INGRESS, "ingress", Way.DOWNLOAD, entry.ingressBlock());
        default -> (entry.isRoot() ? roots : inner).add(entry);
      }
    }
    LeafQueues queues = new LeafQueues(device, inner, notes);
    for (QdiscEntry root : roots) {
      root(root, queues);
    }
    queues.noteOthers();
    programs(Direction.INGRESS);
    programs(Direction.EGRESS);
  }

  private void hook(Handle parent, String place, Way way, int sharedBlock) {
    if (sharedBlock != 0) {
      notes.leftOut(
          device,
          "filters at " + place,
          "they stand in block "
              + Integer.toUnsignedString(sharedBlock)
              + ", which devices may share: these are not read");
      return;
    }
    List<FilterStep> steps = FilterList.read(datapath, device, parent, place, notes);
    blocks.addAll(Blocks.read(device, place, way, steps, true, notes));
  }

  private void root(QdiscEntry root, LeafQueues queues) {
    String where = "qdisc " + root.qdisc().kind() + " " + root.handle();
    switch (root.qdisc()) {
      case Tbf tbf -> shaping.add(ShapingExport.of(device, tbf, where, notes));
      case Htb htb -> share(root, htb, queues);
      default -> {
        if (!root.isDefault()) {
          notes.leftOut(device, where, "a policy has TBF (shaping) and HTB (sharing) at a device");
        }
      }
    }
  }

  private void share(QdiscEntry root, Htb htb, LeafQueues queues) {
    ClassTree tree = new ClassTree(root.handle(), datapath.trafficControl().classes(device));
    List<FilterStep> steps =
        FilterList.read(datapath, device, root.handle(), root.handle().toString(), notes);
    Sharing read = new SharingExport(device, root, htb, tree, queues, notes).read(steps);
    if (read != null) {
      sharing.add(read);
    }
    blocks.addAll(Blocks.read(device, "root", Way.UPLOAD, steps, read == null, notes));
    for (ClassNode node : tree.all()) {
      String place = node.id.toString();
      for (FilterStep step : FilterList.read(datapath, device, node.id, place, notes)) {
        notes.leftOut(
            device,
            step.where(),
            node.isLeaf()
                ? "the class has no classes, so it is never asked"
                : "it is asked only of packets that something else sent to the class");
      }
    }
  }

  private void programs(Direction direction) {
    try {
      AttachPoint at = new AttachPoint.Tcx(device, direction);
      for (ChainEntry entry : datapath.chain(at, AttachMode.TCX).query().entries()) {
        String name =
            datapath.programs().list().stream()
                .filter(one -> one.id() == entry.programId())
                .map(ProgramInfo::name)
                .findFirst()
                .orElse("");
        String where =
            "program "
                + (name.isEmpty() ? Integer.toString(entry.programId()) : name)
                + " at tcx "
                + direction.name().toLowerCase(Locale.ROOT);
        notes.leftOut(
            device,
            where,
            name.equals("sluice_in") || name.equals("sluice_out")
                ? "what it decides stands in the policies that were applied"
                : "a program says what it does");
      }
    } catch (SluiceException e) {
      // Without TCX, or the right to look, there are none to tell of: the classic hook was read.
      return;
    }
  }
}
