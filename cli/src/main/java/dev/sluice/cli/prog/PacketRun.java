package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.output.Output;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.packet.FrameSummary;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of running a program on a packet.
 *
 * @param frame which packet of a capture it was, from 1; null if it came from elsewhere
 * @param summary the packet before the run, in words
 * @param verdict what the program returned
 * @param verdictName what that is called; null where it has no name
 * @param length the packet's bytes after the run
 * @param packet the packet after the run in hexadecimal
 * @param packetChange the bytes that changed; empty for none
 * @param fieldChanges the fields of headers that changed
 * @param metadata what an XDP program put in front of the packet, in hexadecimal; null for nothing
 * @param contextChanges the context's fields that changed
 * @param repeat how often it ran
 * @param nanoseconds the mean time of a run
 */
record PacketRun(
    @Nullable Long frame,
    String summary,
    int verdict,
    @Nullable String verdictName,
    int length,
    String packet,
    String packetChange,
    List<HeaderFields.Change> fieldChanges,
    @Nullable String metadata,
    List<ContextChange> contextChanges,
    int repeat,
    long nanoseconds)
    implements FrameOutcome {
  private static final int ETHERNET = 14;

  /**
   * Runs a program.
   *
   * @param context the context to give it; null for none
   */
  static PacketRun of(
      Program program,
      @Nullable ProgramType type,
      @Nullable RunContext context,
      @Nullable Long number,
      byte[] frame,
      int repeat) {
    TestRun run = TestRun.of(frame).repeated(repeat);
    if (context != null) {
      run = run.withContext(context.forPacket(frame.length));
    }
    TestRun.Result result = program.testRun(run);
    ContextLayout layout = ContextLayout.of(type);
    RunContext after =
        context == null || layout == null
            ? null
            : RunContext.of(layout, result.context().toArray());
    int metadata = after == null ? 0 : after.metadataBytes();
    byte[] bytes = result.packet().toArray();
    byte[] packet = Arrays.copyOfRange(bytes, Math.min(metadata, bytes.length), bytes.length);
    int hidden = hiddenBytes(type);
    if (packet.length >= hidden && frame.length >= hidden) {
      // A test run clears the header that such a program does not see.
      System.arraycopy(frame, 0, packet, 0, hidden);
    }
    return new PacketRun(
        number,
        FrameSummary.of(frame, 0, frame.length),
        result.verdict(),
        VerdictName.of(type, result.verdict()),
        packet.length,
        HexFormat.of().formatHex(packet),
        DescribedPacket.difference(frame, packet),
        Arrays.equals(frame, packet) ? List.of() : HeaderFields.changes(frame, packet),
        metadata == 0 ? null : HexFormat.of().formatHex(bytes, 0, metadata),
        context == null || after == null
            ? List.of()
            : context.changes(after, frame.length - hidden),
        repeat,
        result.nanoseconds());
  }

  /** Bytes of the Ethernet header where programs begin behind it. */
  private static int hiddenBytes(@Nullable ProgramType type) {
    return type == ProgramType.CGROUP_SKB || type == ProgramType.SOCKET_FILTER ? ETHERNET : 0;
  }

  /** The packet after the run. */
  Bytes bytes() {
    return Bytes.ofHex(packet);
  }

  /** The verdict's name and number. */
  String verdictText() {
    return VerdictName.text(verdictName, verdict);
  }

  /** Prints it for people, over several lines. */
  void print(Output output) {
    output.line("verdict " + verdictText());
    output.line(
        "packet  "
            + (packetChange.isEmpty()
                ? "unchanged, " + length + " bytes"
                : "changed: " + packetChange));
    fieldChanges.forEach(change -> output.line("header  " + change));
    if (metadata != null) {
      output.line("meta    " + metadata);
    }
    contextChanges.forEach(change -> output.line("context " + change));
    output.line("time    " + nanoseconds + " ns" + (repeat > 1 ? " a run, mean of " + repeat : ""));
  }
}
