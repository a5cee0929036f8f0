package dev.sluice.datapath.chain;

/**
 * What a program in a TCX chain may say about a packet ({@code enum tcx_action_base}).
 *
 * <p>Any other number stops the chain and goes on with the classic filters, as {@link #NEXT} from
 * the last program does ({@code tcx_run} and {@code tcx_action_code} in {@code net/core/dev.c}).
 */
public enum Verdict {
  /** Go on with the next program; behind the last, with the classic filters. */
  NEXT(-1),
  /** Let the packet pass; later programs and the classic filters do not see it. */
  PASS(0),
  /** Drop the packet. */
  DROP(2),
  /** Send the packet where the program's redirect helper said. */
  REDIRECT(7);

  private final int number;

  Verdict(int number) {
    this.number = number;
  }

  /** The number that a program returns. */
  public int number() {
    return number;
  }
}
