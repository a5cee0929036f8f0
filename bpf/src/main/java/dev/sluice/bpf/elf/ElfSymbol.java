package dev.sluice.bpf.elf;

/**
 * A name for a place in a section.
 *
 * @param info kind and binding
 * @param section the number of its section
 * @param value bytes from the start of the section
 * @param size bytes that it names
 */
record ElfSymbol(String name, int info, int section, long value, long size) {
  static final int BYTES = 24;

  private static final int FUNCTION = 2;
  private static final int SECTION = 3;
  private static final int WEAK = 2;

  /** It is in no section: another file or the kernel is to have it. */
  static final int UNDEFINED = 0;

  boolean isFunction() {
    return (info & 0xf) == FUNCTION;
  }

  /** Whether it stands for the start of its section, and has no name of its own. */
  boolean isSection() {
    return (info & 0xf) == SECTION;
  }

  /** Whether it may be missing. */
  boolean isWeak() {
    return info >>> 4 == WEAK;
  }

  /** Whether it is known in its file only: {@code static} in C. */
  boolean isLocal() {
    return info >>> 4 == 0;
  }
}
