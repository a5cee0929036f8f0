package dev.sluice.datapath;

/** This datapath, or this kernel, cannot do what was asked for at all. */
public final class Unsupported extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String feature;

  /**
   * A feature that is missing.
   *
   * @param feature what is missing: {@code TCX}, {@code kind fq}
   * @param detail how that is known, and what would have it: {@code the kernel answers EINVAL to a
   *     TCX query; Linux has it since 6.6}
   */
  public Unsupported(String feature, String detail) {
    super(feature + " is not supported: " + detail);
    this.feature = feature;
  }

  /** What is missing. */
  public String feature() {
    return feature;
  }
}
