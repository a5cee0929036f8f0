package dev.sluice.kernel.netlink;

/**
 * Bytes that should be netlink messages are not, or something does not fit into one.
 *
 * <p>It says what is wrong, where, and what was expected. The kernel does not send such bytes, so
 * this is no {@link dev.sluice.datapath.SluiceException}: it tells of a bug, on either side.
 */
public final class NetlinkFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with what is wrong and where. */
  public NetlinkFormatException(String problem) {
    super(problem);
  }
}
