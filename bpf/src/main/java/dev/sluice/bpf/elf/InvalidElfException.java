package dev.sluice.bpf.elf;

/** An object file that can't be read, or that wants what is not supported. */
public final class InvalidElfException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final String place;
  private final String reason;

  /** The message is {@code source: place: reason}. */
  InvalidElfException(String source, String place, String reason) {
    super(source + ": " + place + ": " + reason);
    this.source = source;
    this.place = place;
    this.reason = reason;
  }

  /** The file, as the caller named it. */
  public String source() {
    return source;
  }

  /** What of the file is meant, such as {@code section tc} or {@code program count}. */
  public String place() {
    return place;
  }

  /** What is wrong there and what was expected. */
  public String reason() {
    return reason;
  }
}
