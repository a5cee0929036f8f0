package dev.sluice.policy.rule;

/**
 * What an address list is known by.
 *
 * @param policy the name of the policy that describes it
 * @param list what that policy calls it
 */
record ListName(String policy, String list) {}
