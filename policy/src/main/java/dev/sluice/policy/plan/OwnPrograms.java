package dev.sluice.policy.plan;

import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Opens programs of the user's own, each once for all its seats. */
final class OwnPrograms {
  private final Datapath datapath;
  private final ProgramFiles files;
  private final Consumer<LoadedObject> keeper;
  private final List<AutoCloseable> held;
  private final Map<String, Program> opened = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();

  /**
   * Of a datapath.
   *
   * @param files reads programs
   * @param keeper gets what was loaded, to keep what its programs need beyond this process
   * @param held gets what is opened
   */
  OwnPrograms(
      Datapath datapath,
      ProgramFiles files,
      Consumer<LoadedObject> keeper,
      List<AutoCloseable> held) {
    this.datapath = datapath;
    this.files = files;
    this.keeper = keeper;
    this.held = held;
  }

  /**
   * Pins arrays of programs, which the kernel empties when no process and no pin holds them ({@code
   * bpf_map_put_uref} in {@code kernel/bpf/syscall.c}): tail calls would end with this process.
   * Whoever removes the program may leave them; they keep nothing that runs.
   */
  static Consumer<LoadedObject> pinningTables(StatePins pins) {
    return object -> {
      int program = object.programs().values().iterator().next().info().id();
      object
          .maps()
          .forEach(
              (name, map) -> {
                if (map.info().type() == MapType.PROG_ARRAY) {
                  Path pin = pins.table(program, name);
                  pins.prepare(pin);
                  map.pin(pin);
                }
              });
    };
  }

  private static String key(OwnSeat own) {
    return own.policy().name() + "\n" + own.program().name();
  }

  /**
   * What the program is called in chains; nothing is loaded.
   *
   * @throws InvalidInput with its place in the policy, if there is no such program
   */
  String name(OwnSeat own) {
    return names.computeIfAbsent(key(own), _ -> find(own));
  }

  private String find(OwnSeat own) {
    Path file = own.file();
    try {
      if (file != null) {
        return files.read(file, own.program()).programs().getFirst().name();
      }
      try (Program pinned = datapath.programs().openPinned(own.pin())) {
        return pinned.info().name();
      }
    } catch (NotFound | InvalidInput e) {
      throw own.policy()
          .document()
          .invalid(
              own.pointer() + (file == null ? "/pin" : "/file"), String.valueOf(e.getMessage()));
    }
  }

  /** The program, which is loaded if it was not before. */
  Program open(OwnSeat own) {
    Program known = opened.get(key(own));
    if (known == null) {
      known = load(own);
      opened.put(key(own), known);
    }
    return known;
  }

  private Program load(OwnSeat own) {
    Path file = own.file();
    if (file == null) {
      Program pinned = datapath.programs().openPinned(own.pin());
      held.add(pinned);
      return pinned;
    }
    LoadedObject object = datapath.programs().load(files.read(file, own.program()));
    held.add(object);
    keeper.accept(object);
    return object.programs().values().iterator().next();
  }

  /** A program that is loaded. */
  Program open(int id) {
    Program program = datapath.programs().open(id);
    held.add(program);
    return program;
  }

  boolean isLoaded(int id) {
    try (Program program = datapath.programs().open(id)) {
      return program.info().id() == id;
    } catch (NotFound e) {
      return false;
    }
  }
}
