package dev.sluice.cli.explain;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.chain.ChainReader;
import dev.sluice.cli.chain.RunCounters;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Direction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A packet's way through a device.
 *
 * @param packet the packet, in words
 * @param device the device
 * @param direction {@code ingress} or {@code egress}
 * @param steps what saw it, in order
 * @param end how the way ended
 * @param endedBy who ended it, and where; null where nobody did
 * @param known whether the end is certain
 * @param unseen who would have come behind, and never saw it
 */
public record Journey(
    String packet,
    String device,
    String direction,
    List<Step> steps,
    String end,
    @Nullable String endedBy,
    boolean known,
    List<String> unseen) {
  /** Copies the lists. */
  public Journey {
    steps = List.copyOf(steps);
    unseen = List.copyOf(unseen);
  }

  /**
   * Finds out what becomes of a packet.
   *
   * @param datapath where the device is; its programs are run there
   * @param pins tells Sluice's own programs from others
   * @param frame the packet from its Ethernet header, 14 bytes or more
   * @param sideEffects whether programs of others may be run that may write their maps
   */
  public static Journey of(
      Datapath datapath,
      PinLayout pins,
      Device device,
      Direction direction,
      byte[] frame,
      boolean sideEffects) {
    ProgramRuns programs = new ProgramRuns(datapath, sideEffects);
    return new Walk(
            device,
            direction,
            new ChainReader(datapath, pins, new RunCounters.SinceLoad()),
            programs,
            new FilterWalk(datapath, programs),
            new QueueWalk(datapath),
            frame)
        .go();
  }

  /** Prints it for people. */
  void print(Output output) {
    output.line(
        "%s, %s at %s"
            .formatted(packet, direction.equals("ingress") ? "arriving" : "leaving", device));
    Table table = new Table("HOOK", "WHO", "SAID", "CHANGED");
    for (Step step : steps) {
      table.row(
          step.hook(),
          step.what(),
          step.verdict(),
          step.changes().isEmpty() ? "" : step.changes().getFirst());
      step.changes().stream().skip(1).forEach(change -> table.row("", "", "", change));
      if (step.note() != null) {
        table.row("", "(" + step.note() + ")", "", "");
      }
    }
    if (!table.isEmpty()) {
      table.print(output);
    }
    output.line((known ? "" : "not known: ") + end + (endedBy == null ? "" : ", by " + endedBy));
    if (!unseen.isEmpty()) {
      output.line("never saw it: " + String.join("; ", unseen));
    }
  }
}
