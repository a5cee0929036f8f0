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
    BLOCK("blocked"),
    /** Packets that passed a limit. */
    LIMIT("passed within its rate"),
    /** Packets that a limit dropped. */
    LIMIT_DROPPED("dropped above its rate"),
    /** Packets of a class. */
    CLASS("classified"),
    /** Packets that were sampled. */
    SAMPLE("sampled"),
    /** Connections that an access rule let through. */
    ACCESS("let connections through"),
    /** Packets that no access rule allows, at a device. */
    REFUSED("refused, for no rule lets it through");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** What was done with what is counted. */
    public String text() {
      return text;
    }
  }
}
