package dev.sluice.kernel.bpf;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Pins below {@code /sys/fs/bpf}, as its own mount namespace has it, and tells what came of it. */
final class PinningProcess {
  private static final String SHARED = ".map shared hash key 4 value 4 entries 4 pin\n";

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
    shareMap(programs);
  }

  private static void shareMap(KernelPrograms programs) {
    Path pin = BpfFileSystem.resolve(BpfFileSystem.DEFAULT.resolve("shared"));
    ObjectSpec bad = object(SHARED + ".program bad tcx\n  r0 = r9\n  exit\n");
    try (LoadedObject object = programs.load(bad)) {
      System.out.println("loaded " + object);
    } catch (VerifierRejected e) {
      System.out.println("refused, pin left " + Files.exists(pin));
    }
    ObjectSpec spec = object(SHARED);
    try (LoadedObject one = programs.load(spec);
        LoadedObject two = programs.load(spec)) {
      byte[] entry = {1, 2, 3, 4};
      one.map("shared").update(entry, entry);
      System.out.println("shared " + Arrays.equals(entry, two.map("shared").lookup(entry)));
    }
    ObjectSpec other = object(SHARED.replace("value 4", "value 8"));
    try (LoadedObject object = programs.load(other)) {
      System.out.println("loaded " + object);
    } catch (InvalidInput e) {
      System.out.println(e.getMessage());
    }
  }

  private static ObjectSpec object(String text) {
    return AssemblyParser.parse("shared.bpfasm", text);
  }
}
