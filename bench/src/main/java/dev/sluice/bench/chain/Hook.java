package dev.sluice.bench.chain;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.List;

/** A way to have a device's arriving packets run several programs, one after the other. */
enum Hook {
  /** A TCX chain, each program under a link of its own. */
  TCX("TCX chain") {
    @Override
    Installed install(Datapath datapath, Device device, List<Program> programs) {
      Chain chain = datapath.chain(new AttachPoint.Tcx(device, Direction.INGRESS), AttachMode.TCX);
      List<Link> links = new ArrayList<>();
      programs.forEach(program -> links.add(chain.attach(program)));
      return () -> links.forEach(Link::close);
    }
  },

  /** cls_bpf filters with direct action, each at a priority of its own, as several owners do. */
  CLS_BPF("cls_bpf, own priorities") {
    @Override
    Installed install(Datapath datapath, Device device, List<Program> programs) {
      List<Change> changes = new ArrayList<>();
      for (int i = 0; i < programs.size(); i++) {
        changes.add(filter(device, i + 1, programs.get(i)));
      }
      return filters(datapath, device, changes);
    }
  },

  /** cls_bpf filters that share one priority, as one owner may do: the newest runs first. */
  CLS_BPF_SHARED("cls_bpf, one priority") {
    @Override
    Installed install(Datapath datapath, Device device, List<Program> programs) {
      List<Change> changes = new ArrayList<>();
      programs.reversed().forEach(program -> changes.add(filter(device, 1, program)));
      return filters(datapath, device, changes);
    }
  };

  private final String title;

  Hook(String title) {
    this.title = title;
  }

  /** What tables call it. */
  String title() {
    return title;
  }

  /** Makes packets run the programs in their order. */
  abstract Installed install(Datapath datapath, Device device, List<Program> programs);

  private static Change.OfFilter filter(Device device, int priority, Program program) {
    return Change.OfFilter.add(
        device,
        Handle.CLSACT_INGRESS,
        priority,
        Change.OfFilter.ALL_PROTOCOLS,
        BpfFilter.directAction(program, "bench"));
  }

  private static Installed filters(Datapath datapath, Device device, List<Change> filters) {
    TrafficControl control = datapath.trafficControl();
    control.apply(
        Change.OfQdisc.add(device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
    for (Outcome outcome : control.apply(filters, TrafficControl.OnRefusal.STOP)) {
      if (outcome instanceof Outcome.Refused refused) {
        throw refused.reason();
      }
    }
    return () -> control.apply(Change.OfQdisc.delete(device, Handle.CLSACT));
  }

  /** What was installed; closing removes it. */
  interface Installed extends AutoCloseable {
    @Override
    void close();
  }
}
