package dev.sluice.cli.output;

/** What {@code -o} chooses. */
public enum OutputFormat {
  /** Columns for people. */
  TABLE,
  /** The same with more columns. */
  WIDE,
  /** One JSON document. */
  JSON,
  /** One YAML document. */
  YAML;

  /** Whether it is for people rather than for programs. */
  public boolean isText() {
    return this == TABLE || this == WIDE;
  }
}
