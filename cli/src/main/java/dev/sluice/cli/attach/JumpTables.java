package dev.sluice.cli.attach;

import dev.sluice.bpf.MapType;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.prog.OpenedProgram;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.BpfMap;
import java.nio.file.Path;
import java.util.List;

/**
 * Pins of the arrays of programs that an attached program jumps through. When no process and no pin
 * holds such an array any more, the kernel empties it, though programs still use it ({@code
 * bpf_map_put_uref} in {@code kernel/bpf/syscall.c}): without pins, tail calls would end with the
 * command that attached the program.
 */
public final class JumpTables {
  private JumpTables() {}

  /** Pins the arrays that were made with a program, which is about to be attached for longer. */
  static void pin(OpenedProgram opened, PinLayout pins, Rollback rollback) {
    int program = opened.program().info().id();
    opened
        .maps()
        .forEach(
            (name, map) -> {
              if (map.info().type() == MapType.PROG_ARRAY) {
                pin(map, pins.tablePin(program, name), pins, rollback);
              }
            });
  }

  private static void pin(BpfMap map, Path pin, PinLayout pins, Rollback rollback) {
    if (PinLayout.exists(pin)) {
      pins.remove(pin); // of a program that had the number before a restart of the machine's count
    }
    pins.prepare(pin, rollback);
    map.pin(pin);
    rollback.add(() -> pins.remove(pin));
  }

  /** Removes the pins of a program that was detached, unless a link has it elsewhere. */
  public static void detached(int program, Datapath datapath, PinLayout pins) {
    List<Path> tables = pins.tablePins(program);
    if (!tables.isEmpty()
        && datapath.links().list().stream().noneMatch(link -> link.programId() == program)) {
      tables.forEach(pins::remove);
    }
  }

  /** Removes the pins of programs that are gone. */
  public static void prune(Datapath datapath, PinLayout pins) {
    try {
      orphans(datapath, pins).forEach(program -> remove(program, pins));
    } catch (NotPermitted _) {
      // Whoever may not look, need not tidy.
    }
  }

  /**
   * The numbers of the programs that are gone, and whose arrays are still pinned.
   *
   * @throws NotPermitted without {@code CAP_SYS_ADMIN}
   */
  public static List<Integer> orphans(Datapath datapath, PinLayout pins) {
    return pins.tablePrograms().stream().filter(program -> isGone(program, datapath)).toList();
  }

  private static boolean isGone(int program, Datapath datapath) {
    try (var open = datapath.programs().open(program)) {
      open.info();
      return false;
    } catch (NotFound _) {
      return true;
    }
  }

  /** Removes the pins of a program's arrays. */
  public static void remove(int program, PinLayout pins) {
    pins.tablePins(program).forEach(pins::remove);
  }
}
