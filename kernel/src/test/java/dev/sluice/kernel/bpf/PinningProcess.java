package dev.sluice.kernel.bpf;

import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.NetworkNamespace;
import java.nio.file.Path;
import java.util.Map;

/** Loads a program, pins it at the path that is the argument, opens the pin, and ends. */
final class PinningProcess {
  private PinningProcess() {}

  public static void main(String[] arguments) {
    Path path = Path.of(arguments[0]);
    KernelPrograms programs = new KernelPrograms(NetworkNamespace.current());
    try (Program program = programs.load(TestPrograms.returning("pinned", -1), Map.of())) {
      program.pin(path);
      try (Program same = programs.openPinned(path)) {
        System.out.println("same " + (same.info().id() == program.info().id()));
      }
      System.out.println("resolved " + BpfFileSystem.resolve(path));
      System.out.println("pins " + programs.holders(program.info().id()).pins());
    }
  }
}
