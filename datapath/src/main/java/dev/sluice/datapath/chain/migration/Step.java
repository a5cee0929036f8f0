package dev.sluice.datapath.chain.migration;

/**
 * One thing that a migration does.
 *
 * @param sentence what it does, for people
 * @param run does it
 * @param undo the inverse
 */
record Step(String sentence, Runnable run, Runnable undo) {}
