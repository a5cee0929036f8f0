package dev.sluice.cli.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.U32;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the code of common commands without anything to show or to change, so that a cache
 * made meanwhile has its classes.
 */
public final class Rehearsal {
  private static final Device DEVICE = new Device(1, "lo");
  private static final Handle QDISC = Handle.of(1, 0);

  /** Changes of what nobody has: they are refused whether the caller is root or not. */
  private static final List<String> REFUSED =
      List.of(
          "qdisc change dev lo parent fffe:1 handle fffd: tbf rate 1mbit burst 5kb latency 1ms",
          "qdisc change dev lo parent fffe:1 handle fffd: htb default 1",
          "qdisc change dev lo parent fffe:1 handle fffd: pfifo limit 1",
          "class change dev lo parent fffe: classid fffe:fffe htb rate 1mbit ceil 2mbit",
          "filter change dev lo parent fffe: protocol ip prio 65535 handle fff::fff u32"
              + " match ip src 192.0.2.1 action mirred egress redirect dev lo flowid fffe:fffe");

  private Rehearsal() {}

  /** Rehearses. What is printed is of no use to anyone. */
  public static void run(PrintStream nowhere) {
    TcCommand.run(new String[] {"-batch", "/dev/null"}, nowhere, nowhere);
    for (String line : REFUSED) {
      TcCommand.run(Batch.split(line, new Problems()), nowhere, nowhere);
    }
    for (boolean json : new boolean[] {false, true}) {
      print(json, nowhere);
    }
  }

  private static void print(boolean json, PrintStream nowhere) {
    Options options = new Options();
    options.json = json;
    options.pretty = json;
    options.statistics = true;
    options.details = true;
    Sheet sheet = new Sheet(nowhere, options);
    try (KernelOpener opener = new KernelOpener();
        Session session = new Session(options, opener, new Problems())) {
      sheet.open();
      for (Qdisc qdisc :
          List.of(Tbf.of(Rate.megabits(1), 5120, 1000), Htb.withDefault(1), new Qdisc.Pfifo(1L))) {
        QdiscSheet.print(
            new QdiscEntry(DEVICE, QDISC, Handle.ROOT, 2, false, 0, 0, qdisc, statistics(null)),
            true,
            sheet);
      }
      HtbClass trafficClass = HtbClass.of(Rate.megabits(1), Rate.megabits(2));
      Statistics counted = statistics(new Statistics.HtbClass(1, 1, 0, 1, 1));
      ClassSheet.print(
          new ClassEntry(DEVICE, QDISC, Handle.ROOT, QDISC, trafficClass, counted), false, sheet);
      FilterSheet filters = new FilterSheet(null, session, sheet);
      filters.print(entry(U32.matching(List.of(new U32.Key(-1, 1, 12, 0)), QDISC)));
      Action redirect = new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, 1, 4, 1);
      filters.print(
          entry(
              new BpfFilter(
                  new BpfFilter.Installed(0, "00", "name"), true, null, 0, List.of(redirect))));
      sheet.close();
    }
  }

  private static FilterEntry entry(Filter filter) {
    return new FilterEntry(DEVICE, QDISC, 1, 0x0800, 0, filter.kind(), 1, filter, List.of());
  }

  private static Statistics statistics(Statistics.@Nullable Own own) {
    return new Statistics(1, 1, 0, 0, 0, 0, 0, null, own);
  }
}
