package dev.sluice.compiler.program;

/** What a program at a TCX hook says of a packet ({@code enum tcx_action_base}). */
public final class Verdict {
  /** Go on with the next program. */
  public static final int NEXT = -1;

  /** Let the packet pass, past the programs behind this one. */
  public static final int PASS = 0;

  /** Drop the packet. */
  public static final int DROP = 2;

  /** The packet goes where a redirecting helper said. */
  public static final int REDIRECT = 7;

  private Verdict() {}
}
