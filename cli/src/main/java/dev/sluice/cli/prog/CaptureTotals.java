package dev.sluice.cli.prog;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came of the packets of a capture, counted as they are run. */
final class CaptureTotals {
  /** So many are told apart; a program may well return a number of its own for each packet. */
  private static final int MOST_VERDICTS = 12;

  private static final String OTHER = "other";

  private final Map<String, Long> verdicts = new TreeMap<>();
  private long packets;
  private long refused;
  private long changed;
  private long nanoseconds;

  /** Counts a packet. */
  void add(FrameOutcome outcome) {
    switch (outcome) {
      case PacketRun run -> {
        packets++;
        String verdict = run.verdictText();
        boolean kept = verdicts.containsKey(verdict) || verdicts.size() < MOST_VERDICTS;
        verdicts.merge(kept ? verdict : OTHER, 1L, Long::sum);
        nanoseconds += run.nanoseconds();
        if (!run.packetChange().isEmpty()) {
          changed++;
        }
      }
      case RefusedFrame _ -> refused++;
    }
  }

  /** How many packets the program ran on. */
  @JsonProperty("packets")
  long packets() {
    return packets;
  }

  /** How many packets it could not be run on. */
  @JsonProperty("refused")
  long refused() {
    return refused;
  }

  /** How many it changed. */
  @JsonProperty("changed")
  long changed() {
    return changed;
  }

  /** How often it returned each verdict, {@code other} for those behind the first few. */
  @JsonProperty("verdicts")
  Map<String, Long> verdicts() {
    return Collections.unmodifiableMap(verdicts);
  }

  /** The mean time of a run in nanoseconds. */
  @JsonProperty("nanoseconds")
  long nanoseconds() {
    return packets == 0 ? 0 : nanoseconds / packets;
  }

  /** In a line: {@code 3 packets: 2 PASS (0), 1 DROP (2); 1 changed; 61 ns a run}. */
  String text() {
    return packets
        + (packets == 1 ? " packet: " : " packets: ")
        + verdicts.entrySet().stream()
            .map(verdict -> verdict.getValue() + " " + verdict.getKey())
            .collect(Collectors.joining(", "))
        + (changed == 0 ? "" : "; " + changed + " changed")
        + (refused == 0 ? "" : "; " + refused + " could not be run")
        + "; "
        + nanoseconds()
        + " ns a run";
  }
}
