package dev.sluice.cli.demo;

/**
 * Something that must be so.
 *
 * @param text what, with the numbers that were found
 * @param holds whether it is
 */
record Check(String text, boolean holds) {}
