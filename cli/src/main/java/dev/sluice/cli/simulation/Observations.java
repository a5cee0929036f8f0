package dev.sluice.cli.simulation;

import dev.sluice.cli.output.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What stands out in an outcome: what somebody who reads the tables would look for. */
final class Observations {
  /** A class that got so much of what it is guaranteed, or more, is not called starved. */
  private static final double NEARLY_ALL = 0.95;

  /** People notice when they wait so long, in nanoseconds. */
  private static final long LONG_WAIT = 500_000_000L;

  private static final int MOST_NAMES = 5;
  private static final int MOST_LINES = 30;

  private final List<String> lines = new ArrayList<>();

  private Observations() {}

  /** The sentences, the most important first. */
  static List<String> of(Outcome outcome) {
    Observations found = new Observations();
    for (Outcome.Device device : outcome.devices()) {
      device.classes().forEach(each -> found.starvation(device, each));
    }
    for (Outcome.Device device : outcome.devices()) {
      found.ofDevice(device);
    }
    outcome.drops().forEach(found::tooLong);
    found.filters(outcome.filters());
    boolean faults = outcome.drops().stream().anyMatch(drop -> drop.cause().equals("fault"));
    for (Outcome.Program program : outcome.programs()) {
      if (program.seen().packets() == 0 && !faults) {
        found.lines.add(
            "program %s at %s never ran: no packet came there"
                .formatted(program.name(), program.hook()));
      }
    }
    return found.shortened();
  }

  private List<String> shortened() {
    if (lines.size() <= MOST_LINES) {
      return lines;
    }
    List<String> first = new ArrayList<>(lines.subList(0, MOST_LINES - 1));
    first.add("and %s more of these".formatted(Numbers.count(lines.size() - first.size())));
    return first;
  }

  private void starvation(Outcome.Device device, Outcome.TrafficClass each) {
    Long guaranteed = each.guaranteedBitsPerSecond();
    boolean wanted = each.dropped() > 0 || each.queued() > 0;
    if (guaranteed == null || !wanted) {
      return;
    }
    long got = each.sent().bitsPerSecond();
    long sent = each.sent().packets();
    // Bursts overflow short queues although less comes than is guaranteed.
    double came = sent == 0 ? guaranteed : (double) got * (sent + each.dropped()) / sent;
    if (got < NEARLY_ALL * guaranteed && came >= guaranteed) {
      lines.add(
          "class %s of %s was starved: it sent %s of the %s it is guaranteed, and lost %s packets"
              .formatted(
                  each.id(),
                  device.name(),
                  Numbers.rate(got),
                  Numbers.wholeRate(guaranteed),
                  Numbers.count(each.dropped())));
    }
  }

  private void ofDevice(Outcome.Device device) {
    if (device.queued() > 0) {
      lines.add(
          "%s packets were still queued at %s when the run ended, a minute after the senders"
              .formatted(Numbers.count(device.queued()), device.name()));
    }
    List<String> idle = new ArrayList<>();
    for (Outcome.TrafficClass each : device.classes()) {
      String name = "class " + each.id() + " of " + device.name();
      long came = each.sent().packets() + each.dropped() + each.queued();
      if (each.guaranteedBitsPerSecond() == null) {
        lines.add(
            "%s packets of %s were in no class and went unshaped: no filter chose one, and there is"
                    .formatted(Numbers.count(each.sent().packets()), device.name())
                + " no default class");
      } else if (came == 0) {
        idle.add(each.id());
      }
      if (each.dropped() > 0) {
        lines.add(
            "%s dropped %s of its packets, %s: it was offered more than the %s it sent"
                .formatted(
                    name,
                    Numbers.percent(100.0 * each.dropped() / came),
                    Numbers.count(each.dropped()),
                    Numbers.rate(each.sent().bitsPerSecond())));
      }
      Outcome.Delay waited = each.waited();
      if (waited != null && waited.p99() >= LONG_WAIT) {
        lines.add(longWait(name, waited));
      }
    }
    if (device.classes().isEmpty() && device.waited().p99() >= LONG_WAIT) {
      lines.add(longWait(device.name(), device.waited()));
    }
    if (!idle.isEmpty() && device.sent().packets() > 0) {
      lines.add("no packets came to " + named("class", "classes", idle) + " of " + device.name());
    }
  }

  private static String longWait(String name, Outcome.Delay waited) {
    return "%s: one packet of a hundred waited %s or more; its queue is long for its rate"
        .formatted(name, Numbers.time(waited.p99()));
  }

  /** TBF itself drops only what never fits; what is too much, the queue inside it drops. */
  private void tooLong(Outcome.Drop drop) {
    if (drop.by().startsWith("tbf ")) {
      lines.add(
          "%s dropped %s packets that are longer than its burst: give it a burst above the longest"
                  .formatted(drop.by(), Numbers.count(drop.packets()))
              + " frame");
    }
  }

  private void filters(List<Outcome.Filter> filters) {
    List<String> idle =
        filters.stream()
            .filter(filter -> filter.matched().packets() == 0 && !filter.flow().startsWith("link "))
            .map(filter -> filter.filter() + " at " + filter.where())
            .toList();
    if (!idle.isEmpty()) {
      lines.add("nothing matched " + named("filter", "filters", idle));
    }
  }

  private static String named(String one, String several, List<String> names) {
    String first = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return (names.size() == 1 ? one : several)
        + " "
        + first
        + (more > 0 ? " and " + more + " more" : "");
  }
}
