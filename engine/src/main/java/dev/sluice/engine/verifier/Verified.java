package dev.sluice.engine.verifier;

import dev.sluice.bpf.ProgramSpec;

/**
 * What the verifier found out about a program that it takes.
 *
 * @param program the program to run: without calls of helpers that it never makes
 * @param instructionsProcessed how many instructions it looked at, on all paths
 * @param stackDepth bytes of stack that the deepest chain of calls takes
 */
public record Verified(ProgramSpec program, int instructionsProcessed, int stackDepth) {}
