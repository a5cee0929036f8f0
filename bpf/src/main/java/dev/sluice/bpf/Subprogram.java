package dev.sluice.bpf;

/**
 * A function of a program other than its entry.
 *
 * @param name a C identifier, as BTF wants it; it may be longer than a program's name
 * @param slot where it starts, 1 or more
 */
public record Subprogram(String name, int slot) {
  /**
   * @throws IllegalArgumentException if the name is no C identifier or the slot below 1
   */
  public Subprogram {
    if (!Identifier.isValid(name)) {
      throw new IllegalArgumentException("function name '" + name + "' is no C identifier");
    }
    if (slot < 1) {
      throw new IllegalArgumentException(
          "function '" + name + "' starts at slot " + slot + ": slot 0 is the program's entry");
    }
  }
}
