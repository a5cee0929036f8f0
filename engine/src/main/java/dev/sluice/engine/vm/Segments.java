package dev.sluice.engine.vm;

/** What a compiled program's code offers: its pieces, each a method that HotSpot compiles. */
interface Segments {
  /** What {@link #run} returns when the function ended. */
  int ENDED = -1;

  /**
   * Runs a piece of the program's code.
   *
   * @param segment which piece
   * @param registers R0 to R10, in and out
   * @param at the slot to begin at
   * @return the slot to go on at, in another piece; or {@link #ENDED}
   */
  int run(int segment, Execution execution, long[] registers, int at);
}
