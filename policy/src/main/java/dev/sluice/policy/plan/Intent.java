package dev.sluice.policy.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * Changes that somebody began.
 *
 * @param process the process that does them
 * @param started when that process began, in milliseconds since 1970; 0 if nobody can say
 * @param what what is changed, for people
 */
public record Intent(long process, long started, String what) {
  static Intent own(String what) {
    ProcessHandle self = ProcessHandle.current();
    return new Intent(self.pid(), started(self), what);
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Whether another process is at it right now. Numbers of processes come again. */
  public boolean isUnderWay() {
    Optional<ProcessHandle> found = ProcessHandle.of(process);
    return process != ProcessHandle.current().pid()
        && found.isPresent()
        && found.get().isAlive()
        && started(found.get()) == started;
  }

  String text() {
    return process + " " + started + " " + what;
  }

  static Intent parse(String text) {
    String[] parts = text.split(" ", 3);
    try {
      return new Intent(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return new Intent(0, 0, text);
    }
  }
}
