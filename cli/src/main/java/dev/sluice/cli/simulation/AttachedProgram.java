package dev.sluice.cli.simulation;

import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.engine.program.EngineProgram;

/**
 * A program at its hook.
 *
 * @param at the hook
 * @param program the program
 */
public record AttachedProgram(AttachPoint at, EngineProgram program) {}
