package dev.sluice.cli.prog;

/**
 * A packet of a capture that no program could be run on.
 *
 * @param frame which packet it was, from 1
 * @param summary the packet in words
 * @param refusal why not
 */
record RefusedFrame(Long frame, String summary, String refusal) implements FrameOutcome {}
