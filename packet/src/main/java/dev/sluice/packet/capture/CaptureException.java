package dev.sluice.packet.capture;

/** A file of packets is damaged, cut off, or of a kind that is not read. */
public final class CaptureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final long packets;
  private final String problem;

  /**
   * A fault in a file.
   *
   * @param file the file
   * @param offset where, in bytes of what the file holds, from 0
   * @param packets how many packets were read before
   * @param problem what was expected and what was found
   */
  public CaptureException(String file, long offset, long packets, String problem) {
    super("%s: byte %d, behind %d packets: %s".formatted(file, offset, packets, problem));
    this.file = file;
    this.offset = offset;
    this.packets = packets;
    this.problem = problem;
  }

  /** The file. */
  public String file() {
    return file;
  }

  /** Where, in bytes of what the file holds once unpacked, from 0. */
  public long offset() {
    return offset;
  }

  /** How many packets were read before. */
  public long packets() {
    return packets;
  }

  /** What was expected and what was found. */
  public String problem() {
    return problem;
  }
}
