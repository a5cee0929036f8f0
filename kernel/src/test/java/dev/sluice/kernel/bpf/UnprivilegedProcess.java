package dev.sluice.kernel.bpf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.Map;

/** Tries what needs privileges, and prints what it is told. */
final class UnprivilegedProcess {
  private UnprivilegedProcess() {}

  public static void main(String[] arguments) {
    try (KernelDatapath datapath = KernelDatapath.open(NetworkNamespace.current())) {
      AttachPoint at = new AttachPoint.Tcx(new Device(1, "lo"), Direction.INGRESS);
      report("map", () -> datapath.maps().create(MapSpec.of("m", MapType.HASH, 4, 4, 1)).close());
      report(
          "load", () -> datapath.programs().load(TestPrograms.returning("p", 0), Map.of()).close());
      report("query", () -> datapath.chain(at).query());
      report("list", () -> datapath.programs().list());
      report("open", () -> datapath.links().open(1).close());
      System.out.println("probe: " + new TcxProbe(NetworkNamespace.current()).get());
      datapath.capabilities().findings().values().stream()
          .map(support -> support.getClass().getSimpleName())
          .distinct()
          .forEach(name -> System.out.println("capability: " + name));
    }
  }

  private static void report(String what, Runnable attempt) {
    try {
      attempt.run();
      System.out.println(what + ": done");
    } catch (SluiceException e) {
      System.out.println(what + ": " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
