package dev.sluice.datapath.lint;

/**
 * Something about a change that cannot work as it was probably meant.
 *
 * @param rule the rule that it breaks
 * @param text what is wrong and what will happen, in one line without a full stop
 */
public record Finding(Rule rule, String text) {}
