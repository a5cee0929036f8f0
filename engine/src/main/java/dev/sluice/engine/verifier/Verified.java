package dev.sluice.engine.verifier;

/**
 * What the verifier found out about a program that it takes.
 *
 * @param instructionsProcessed how many instructions it looked at, on all paths
 * @param stackDepth bytes of stack that the deepest chain of calls takes
 */
public record Verified(int instructionsProcessed, int stackDepth) {}
