package dev.sluice.datapath.program;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who keeps a program, map or link alive.
 *
 * @param processes processes with an open file descriptor to it
 * @param pins paths under which it is pinned
 */
public record Holders(List<Process> processes, List<Path> pins) {
  /** Nobody that the caller may see. */
  public static final Holders NOBODY = new Holders(List.of(), List.of());

  /** Copies the lists. */
  public Holders {
    processes = List.copyOf(processes);
    pins = List.copyOf(pins);
  }

  /**
   * A process.
   *
   * @param pid its number
   * @param command its command name, up to 15 characters
   */
  public record Process(long pid, String command) {
    @Override
    public String toString() {
      return command + "[" + pid + "]";
    }
  }

  /** Whether nobody visible holds it. */
  public boolean isEmpty() {
    return processes.isEmpty() && pins.isEmpty();
  }

  /** Processes, then pins, with commas between; empty if nobody visible holds it. */
  @Override
  public String toString() {
    return Stream.concat(processes.stream(), pins.stream())
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }
}
