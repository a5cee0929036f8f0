package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Attaches a program to a chain, says so, and stays. Arguments: the namespace's path, the device's
 * index, and {@code link}, {@code bare} or the path to pin a link at.
 */
final class AttachingProcess {
  private AttachingProcess() {}

  public static void main(String[] arguments) throws IOException {
    try (NetworkNamespace namespace = NetworkNamespace.open(arguments[0])) {
      Device device = new Device(Integer.parseInt(arguments[1]), "dev");
      MprogChain chain =
          new MprogChain(
              namespace,
              new HookTarget.AtDevice(namespace, new AttachPoint.Tcx(device, Direction.INGRESS)));
      KernelPrograms programs = new KernelPrograms(namespace);
      Program program = programs.load(TestPrograms.returning("child", -1), Map.of());
      if (arguments[2].equals("bare")) {
        chain.attachProgram(program, AttachOptions.DEFAULT);
        System.out.println("attached " + program.info().id());
      } else {
        Link link = chain.attach(program);
        if (!arguments[2].equals("link")) {
          link.pin(Path.of(arguments[2]));
        }
        System.out.println("attached " + link.info().id());
      }
      int end = System.in.read();
      System.out.println("ended " + end);
    }
  }
}
