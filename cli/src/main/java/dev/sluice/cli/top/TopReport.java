package dev.sluice.cli.top;

import dev.sluice.cli.output.Numbers;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went on between two moments.
 *
 * @param seconds how long it was
 * @param queues qdiscs and classes that did something or hold something
 * @param programs programs that ran
 */
record TopReport(double seconds, List<Queue> queues, List<Runs> programs) {
  TopReport {
    queues = List.copyOf(queues);
    programs = List.copyOf(programs);
  }

  /**
   * A qdisc or a class.
   *
   * @param device its device
   * @param name {@code htb 1:} or {@code class 1:10}
   * @param bitsPerSecond what it sent
   * @param packetsPerSecond what it sent
   * @param share percent of what the root qdisc sent; null where that sent nothing
   * @param drops packets that it dropped meanwhile
   * @param backlog bytes that wait
   * @param waiting packets that wait
   * @param tokens what a class has left at its guaranteed rate, in psched ticks; negative when
   *     overdrawn; null for others
   * @param ceilTokens what it has left at its ceiling, likewise
   */
  record Queue(
      String device,
      String name,
      long bitsPerSecond,
      long packetsPerSecond,
      @Nullable Double share,
      long drops,
      long backlog,
      long waiting,
      @Nullable Integer tokens,
      @Nullable Integer ceilTokens) {}

  /**
   * A program.
   *
   * @param hook where it is: {@code tcx:eth0/ingress}
   * @param id its number
   * @param program its name
   * @param owner who can take it out
   * @param runsPerSecond how often it ran
   * @param nanosecondsPerRun how long a run took
   * @param processorPercent how much of one processor it took
   */
  record Runs(
      String hook,
      int id,
      String program,
      String owner,
      long runsPerSecond,
      long nanosecondsPerRun,
      double processorPercent) {}

  /** Prints it for people. */
  void print(Output output) {
    Table table =
        new Table(
            "DEVICE", "QUEUE", ">RATE", ">PACKETS/S", ">SHARE", ">DROPS", ">WAITING", ">TOKENS");
    for (Queue queue : queues) {
      table.row(
          queue.device(),
          queue.name(),
          Numbers.rate(queue.bitsPerSecond()),
          Numbers.count(queue.packetsPerSecond()),
          queue.share() == null ? "" : Numbers.percent(queue.share()),
          Numbers.count(queue.drops()),
          queue.waiting() == 0
              ? ""
              : Numbers.count(queue.waiting()) + " (" + Numbers.size(queue.backlog()) + ")",
          queue.tokens() == null ? "" : queue.tokens().toString());
    }
    Table runs = new Table("HOOK", ">ID", "PROGRAM", "OWNER", ">RUNS/S", ">NS/RUN", ">CPU");
    for (Runs one : programs) {
      runs.row(
          one.hook(),
          Integer.toString(one.id()),
          one.program(),
          one.owner(),
          Numbers.count(one.runsPerSecond()),
          Numbers.count(one.nanosecondsPerRun()),
          Numbers.percent(one.processorPercent()));
    }
    if (!table.isEmpty()) {
      table.print(output);
    }
    if (!runs.isEmpty()) {
      if (!table.isEmpty()) {
        output.line("");
      }
      runs.print(output);
    }
    if (table.isEmpty() && runs.isEmpty()) {
      output.line("nothing sent, nothing waiting, no program ran");
    }
  }
}
