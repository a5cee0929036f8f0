package dev.sluice.policy.rule;

/**
 * What a counter counts.
 *
 * @param policy the policy's name
 * @param kind what part of it
 * @param name what the policy calls it; of {@link Kind#REFUSED} the device
 */
public record RuleName(String policy, Kind kind, String name) {
  /** Parts of policies that are counted. */
  public enum Kind {
    /** Packets that a block dropped. */
    BLOCK,
    /** Packets that passed a limit. */
    LIMIT,
    /** Packets that a limit dropped. */
    LIMIT_DROPPED,
    /** Packets of a class. */
    CLASS,
    /** Packets that were sampled. */
    SAMPLE,
    /** Connections that an access rule let through. */
    ACCESS,
    /** Packets that no access rule allows, at a device. */
    REFUSED
  }
}
