package dev.sluice.cli.prog;

import org.jspecify.annotations.Nullable;

/** What came of one packet of a capture. */
sealed interface FrameOutcome permits PacketRun, RefusedFrame {
  /** Which packet it was, from 1; null if it is in no capture. */
  @Nullable Long frame();

  /** The packet before the run, in words. */
  String summary();
}
