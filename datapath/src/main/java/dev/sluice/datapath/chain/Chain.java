package dev.sluice.datapath.chain;

import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.Program;

/**
 * The ordered programs at an attach point.
 *
 * <p>Each packet runs them in order until one returns a verdict other than {@link Verdict#NEXT}.
 * Changes are atomic: a packet sees the chain before or after one, never between.
 *
 * <p>Refusals are {@link KernelRejected} with these error numbers, in the order that they are
 * checked: {@code ENODEV} the device is gone; {@code ESTALE} the revision is not the expected one;
 * {@code EEXIST} the program is in the chain already, bare or under a link; {@code ENOENT} the
 * anchor, or what is to be replaced or removed, is not there; {@code EBUSY} a link owns it; {@code
 * ERANGE} the chain holds 63 programs already.
 *
 * <p>To be first, if nobody moved since we looked:
 *
 * {@snippet file="dev/sluice/conformance/snippet/Attach.java" region="attach"}
 */
public interface Chain {
  /** Where the chain is. */
  AttachPoint at();

  /** The chain as it is now. A chain that was never used is empty, with revision 1. */
  ChainState query();

  /**
   * Attaches a program under a link of its own. Closing the link takes it out again; {@linkplain
   * Link#pin pin} the link to keep it.
   */
  Link attach(Program program, AttachOptions options);

  /** Attaches a program under a link at the chain's tail. */
  default Link attach(Program program) {
    return attach(program, AttachOptions.DEFAULT);
  }

  /**
   * Attaches a bare program: it stays until somebody detaches it, whoever that is. Prefer {@link
   * #attach}.
   */
  void attachProgram(Program program, AttachOptions options);

  /**
   * Puts a program in the place of a bare one, without a moment in which neither runs.
   *
   * @param old the program to replace
   * @param replacement the program to put there
   * @param expectedRevision the revision that the chain must have; 0 for any
   */
  void replaceProgram(Program old, Program replacement, long expectedRevision);

  /**
   * Takes a bare program out.
   *
   * @param program the program
   * @param expectedRevision the revision that the chain must have; 0 for any
   */
  void detachProgram(Program program, long expectedRevision);

  /**
   * Takes out whatever bare program is at an anchor: the first at {@link Anchor.Head}, the last at
   * {@link Anchor.Tail}, the neighbour at {@link Anchor.Before} and {@link Anchor.After}.
   *
   * @param anchor the place
   * @param expectedRevision the revision that the chain must have; 0 for any
   */
  void detachAt(Anchor anchor, long expectedRevision);
}
