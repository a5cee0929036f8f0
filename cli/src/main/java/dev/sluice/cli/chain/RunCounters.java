package dev.sluice.cli.chain;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.program.ProgramInfo;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How often programs ran. The kernel counts while somebody asked it to only: since boot with the
 * sysctl {@code kernel.bpf_stats_enabled}, or for as long as Sluice watches.
 */
public sealed interface RunCounters {
  /**
   * What was counted for a program.
   *
   * @param runs how often it ran
   * @param nanoseconds how long it ran in all
   */
  record Count(long runs, long nanoseconds) {}

  /**
   * Has the kernel count for a while.
   *
   * @param seconds for how long, 1 or more
   * @return what it counted meanwhile
   */
  static RunCounters watch(Datapath datapath, int seconds) {
    if (seconds < 1) {
      throw new InvalidInput(
          "command line", 0, 0, "runs are counted for 1 second or more, not " + seconds);
    }
    try (AutoCloseable _ = datapath.programs().enableStatistics()) {
      Map<Integer, Count> before = counts(datapath);
      Thread.sleep(Duration.ofSeconds(seconds));
      return new Between(before, counts(datapath));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new SinceLoad();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("statistics did not switch off", e);
    }
  }

  private static Map<Integer, Count> counts(Datapath datapath) {
    return datapath.programs().list().stream()
        .collect(
            Collectors.toMap(
                ProgramInfo::id,
                info -> new Count(info.runCount(), info.runTimeNanoseconds()),
                (first, _) -> first));
  }

  /** What was counted for a program; null if nothing was. */
  @Nullable Count of(ProgramInfo program);

  /** What the kernel counted since the program was loaded, where it counted at all. */
  record SinceLoad() implements RunCounters {
    @Override
    public @Nullable Count of(ProgramInfo program) {
      return program.runCount() == 0
          ? null
          : new Count(program.runCount(), program.runTimeNanoseconds());
    }
  }

  /**
   * What was counted between two moments.
   *
   * @param first the counts at the first moment by the program's number
   * @param last the counts at the last moment
   */
  record Between(Map<Integer, Count> first, Map<Integer, Count> last) implements RunCounters {
    /** Copies the counts. */
    public Between {
      first = Map.copyOf(first);
      last = Map.copyOf(last);
    }

    @Override
    public Count of(ProgramInfo program) {
      Count before = first.getOrDefault(program.id(), new Count(0, 0));
      Count after = last.getOrDefault(program.id(), before);
      return new Count(after.runs() - before.runs(), after.nanoseconds() - before.nanoseconds());
    }
  }
}
