package dev.sluice.bpf.elf;

/**
 * A place in a section that depends on a symbol.
 *
 * @param offset bytes from the start of the section
 * @param type one of the {@code R_BPF_} numbers
 */
record ElfRelocation(long offset, int type, ElfSymbol symbol) {
  static final int BYTES = 16;

  /** {@code R_BPF_64_64}: a constant of two slots is an address. */
  static final int ADDRESS = 1;

  /** {@code R_BPF_64_32}: a call of a function. */
  static final int CALL = 10;
}
