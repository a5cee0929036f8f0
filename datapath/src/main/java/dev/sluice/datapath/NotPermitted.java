package dev.sluice.datapath;

/** The caller lacks a privilege that the operation needs. */
public final class NotPermitted extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String capability;

  /**
   * A privilege that is missing.
   *
   * @param operation what was asked for
   * @param capability the missing capability by its kernel name: {@code CAP_NET_ADMIN}
   */
  public NotPermitted(String operation, String capability) {
    super(operation + ": permission denied: this needs " + capability + " (run it as root)");
    this.capability = capability;
  }

  /** The missing capability by its kernel name. */
  public String capability() {
    return capability;
  }
}
