package dev.sluice.cli.prog;

import dev.sluice.cli.output.Output;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.packet.FrameSummary;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program run on each packet of a capture, one after the other, so that what it keeps in maps is
 * there for the next. Nothing is read ahead: a capture may be of any length.
 */
final class CaptureRun implements Iterator<FrameOutcome> {
  private static final int NUMBER_WIDTH = 6;
  private static final int VERDICT_WIDTH = 16;
  private static final int TIME_WIDTH = 7;

  /** Runs the program on a packet. */
  @FunctionalInterface
  interface Runner {
    /**
     * Runs it.
     *
     * @param number which packet it is, from 1
     */
    PacketRun run(long number, byte[] frame);
  }

  private final CapturedFrames frames;
  private final Runner runner;
  private final @Nullable WrittenFrames written;
  private final CaptureTotals totals = new CaptureTotals();
  private @Nullable KernelRejected firstRefusal;
  private boolean read;
  private boolean more;

  CaptureRun(CapturedFrames frames, Runner runner, @Nullable WrittenFrames written) {
    this.frames = frames;
    this.runner = runner;
    this.written = written;
  }

  @Override
  public boolean hasNext() {
    if (!read) {
      more = frames.next();
      read = true;
    }
    return more;
  }

  @Override
  public FrameOutcome next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    read = false;
    FrameOutcome outcome = run(frames.frame());
    totals.add(outcome);
    if (written != null && outcome instanceof PacketRun run) {
      written.add(run, frames.timestamp());
    }
    return outcome;
  }

  private FrameOutcome run(byte[] frame) {
    try {
      return runner.run(frames.number(), frame);
    } catch (KernelRejected e) {
      if (firstRefusal == null) {
        firstRefusal = e;
      }
      return new RefusedFrame(
          frames.number(),
          FrameSummary.of(frame, 0, frame.length),
          e.rule() != null ? e.rule() : String.valueOf(e.getMessage()));
    }
  }

  /** What came of all packets that were run until now. */
  CaptureTotals totals() {
    return totals;
  }

  /** Why the first packet could not be run that could not; null if all could. */
  @Nullable KernelRejected firstRefusal() {
    return firstRefusal;
  }

  /** Prints a line for each packet, and the totals. */
  void print(Output output) {
    output.line(output.paint().dim(line("FRAME", "VERDICT", "NS", "PACKET")));
    while (hasNext()) {
      FrameOutcome outcome = next();
      output.line(
          switch (outcome) {
            case PacketRun run ->
                line(
                    String.valueOf(run.frame()),
                    run.verdictText(),
                    Long.toString(run.nanoseconds()),
                    run.summary() + changes(run));
            case RefusedFrame refused ->
                line(
                    String.valueOf(refused.frame()),
                    "not run",
                    "-",
                    refused.summary() + ": " + refused.refusal());
          });
    }
    output.line(totals.text());
  }

  private static String changes(PacketRun run) {
    Stream<String> packet =
        run.fieldChanges().isEmpty() && !run.packetChange().isEmpty()
            ? Stream.of(run.packetChange())
            : run.fieldChanges().stream().map(Object::toString);
    String all =
        Stream.concat(packet, run.contextChanges().stream().map(Object::toString))
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "" : "  [" + all + "]";
  }

  private static String line(String number, String verdict, String time, String packet) {
    return ("%" + NUMBER_WIDTH + "s   %-" + VERDICT_WIDTH + "s   %" + TIME_WIDTH + "s   %s")
        .formatted(number, verdict, time, packet);
  }
}
