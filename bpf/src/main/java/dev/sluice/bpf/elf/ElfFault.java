package dev.sluice.bpf.elf;

/** Ends the reading of a file, wherever it is. */
final class ElfFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String place;

  /**
   * @param place what of the file is meant
   * @param reason what is wrong there and what was expected
   */
  ElfFault(String place, String reason) {
    super(reason, null, false, false);
    this.place = place;
  }

  /** What somebody else found wrong with a part of the file. */
  static ElfFault of(String place, RuntimeException cause) {
    return new ElfFault(place, String.valueOf(cause.getMessage()));
  }

  String place() {
    return place;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
