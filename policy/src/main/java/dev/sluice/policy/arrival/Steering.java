package dev.sluice.policy.arrival;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.policy.program.SteerProgram;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The program that sends arrivals to an {@code ifb}, and its table. One serves all devices. Neither
 * is made before it is needed, so looking at what is there changes nothing.
 */
public final class Steering implements AutoCloseable {
  /** The program's name in the kernel. */
  public static final String PROGRAM = "sluice_steer";

  /** The table's name in the kernel. */
  public static final String TABLE = "steered";

  private static final ObjectSpec OBJECT =
      ProgramCompiler.compile(ProgramCompiler.programsOf(SteerProgram.class).getFirst()).object();

  private final Datapath datapath;
  private final Consumer<BpfMap> keeper;
  private @Nullable BpfMap table;
  private @Nullable Program program;

  /**
   * For a datapath.
   *
   * @param datapath where the devices are
   * @param kept the table of an earlier run, whose program is attached; null for none. It is closed
   *     with this
   * @param keeper gets a table when it has been made, before anything is in it, to pin it
   */
  public Steering(Datapath datapath, @Nullable BpfMap kept, Consumer<BpfMap> keeper) {
    this.datapath = datapath;
    this.keeper = keeper;
    table = kept;
  }

  /** The {@code ifb} of each device that has one, both by their index. */
  public SortedMap<Integer, Integer> entries() {
    SortedMap<Integer, Integer> entries = new TreeMap<>();
    BpfMap made = table;
    if (made != null) {
      made.forEach(
          (key, value) ->
              entries.put(
                  SteerProgram.STEERED.keys().read(key),
                  SteerProgram.STEERED.values().read(value)));
    }
    return entries;
  }

  /** The program, for the tail of ingress chains. It is closed with this. */
  public Program program() {
    Program loaded = program;
    if (loaded == null) {
      loaded = datapath.programs().load(OBJECT.programs().getFirst(), Map.of(TABLE, table()));
      program = loaded;
    }
    return loaded;
  }

  private BpfMap table() {
    BpfMap made = table;
    if (made == null) {
      made = datapath.maps().create(spec());
      try {
        keeper.accept(made);
      } catch (RuntimeException e) {
        made.close();
        throw e;
      }
      table = made;
    }
    return made;
  }

  private static MapSpec spec() {
    return OBJECT.maps().getFirst();
  }

  /** From now on, what arrives at a device goes to an {@code ifb}, if the program is attached. */
  void put(int device, int ifb) {
    table()
        .update(
            SteerProgram.STEERED.keys().write(device), SteerProgram.STEERED.values().write(ifb));
  }

  /** From now on, it does not. */
  void remove(int device) {
    BpfMap made = table;
    if (made != null) {
      made.delete(SteerProgram.STEERED.keys().write(device));
    }
  }

  /** Gives up its references; what is attached or pinned lives on. */
  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
    if (table != null) {
      table.close();
    }
  }
}
