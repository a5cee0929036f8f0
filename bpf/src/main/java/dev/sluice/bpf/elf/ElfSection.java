package dev.sluice.bpf.elf;

/**
 * A section of a file.
 *
 * @param index its number, which symbols name
 * @param type one of the {@code SHT_} numbers
 * @param flags {@code SHF_} bits
 * @param size bytes it has when it is loaded
 * @param link the number of a section that belongs to it
 * @param info for relocations, the number of the section that they change
 * @param bytes what is in the file; empty if nothing is
 */
record ElfSection(
    int index, String name, int type, long flags, long size, int link, int info, ElfBytes bytes) {
  static final int HEADER_BYTES = 64;

  static final int PROGBITS = 1;
  static final int SYMBOLS = 2;
  static final int RELOCATIONS_WITH_ADDENDS = 4;
  static final int NOBITS = 8;
  static final int RELOCATIONS = 9;

  private static final int ALLOCATED = 2;
  private static final int EXECUTABLE = 4;

  /** The functions that programs call. */
  static final String TEXT = ".text";

  static final String MAPS = ".maps";
  static final String LEGACY_MAPS = "maps";

  /** Whether there are instructions in it. */
  boolean isCode() {
    return type == PROGBITS && (flags & EXECUTABLE) != 0;
  }

  /** Whether there are variables in it. */
  boolean isData() {
    return (flags & ALLOCATED) != 0
        && (isNamed(".data") || isReadOnly() || isNamed(".bss"))
        && (type == PROGBITS || type == NOBITS);
  }

  /** Whether there are variables in it that nobody changes. */
  boolean isReadOnly() {
    return isNamed(".rodata");
  }

  private boolean isNamed(String start) {
    return name.equals(start) || name.startsWith(start + ".");
  }

  /** Whether it has maps in the form that libbpf 1.0 gave up. */
  boolean isLegacyMaps() {
    return name.equals(LEGACY_MAPS) || name.startsWith(LEGACY_MAPS + "/");
  }

  /** What faults call it. */
  String place() {
    return "section " + name;
  }
}
