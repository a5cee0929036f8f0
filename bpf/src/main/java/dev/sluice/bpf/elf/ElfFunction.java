package dev.sluice.bpf.elf;

import dev.sluice.bpf.Bytecode;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.InvalidBytecodeException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A function as it is in a section of code.
 *
 * @param symbol what names it; no two functions have the same
 * @param slot where in its section it starts
 * @param instructions with offsets and addresses as they are in the file
 * @param relocations what is to be changed of them, by the slot of the function
 */
record ElfFunction(
    ElfSymbol symbol,
    ElfSection section,
    int slot,
    List<Instruction> instructions,
    Map<Integer, ElfRelocation> relocations) {
  /**
   * Reads one.
   *
   * @param relocations those of its section, by its slots
   */
  static ElfFunction read(
      ElfSection section, ElfSymbol symbol, SortedMap<Integer, ElfRelocation> relocations) {
    String place = "function " + symbol.name();
    boolean whole =
        symbol.value() % Bytecode.SLOT_BYTES == 0 && symbol.size() % Bytecode.SLOT_BYTES == 0;
    if (!whole || symbol.size() == 0) {
      throw new ElfFault(
          place,
          "it has %s bytes from byte %s of section %s on: both must be multiples of 8"
              .formatted(
                  Long.toUnsignedString(symbol.size()),
                  Long.toUnsignedString(symbol.value()),
                  section.name()));
    }
    byte[] bytes = section.bytes().part(place, symbol.value(), symbol.size()).array();
    int start = (int) (symbol.value() / Bytecode.SLOT_BYTES);
    SortedMap<Integer, ElfRelocation> inside =
        relocations.subMap(start, start + bytes.length / Bytecode.SLOT_BYTES);
    List<Instruction> instructions;
    try {
      instructions = Bytecode.decode(bytes, ByteOrder.LITTLE_ENDIAN);
    } catch (InvalidBytecodeException e) {
      throw ElfFault.of(place, e);
    }
    Map<Integer, ElfRelocation> mine = new HashMap<>();
    int slot = 0;
    for (Instruction instruction : instructions) {
      ElfRelocation relocation = inside.get(start + slot);
      if (relocation != null) {
        mine.put(slot, relocation);
      }
      slot += instruction.slots();
    }
    if (mine.size() != inside.size()) {
      throw new ElfFault(place, "a relocation changes the middle of an instruction");
    }
    return new ElfFunction(symbol, section, start, instructions, Map.copyOf(mine));
  }

  String name() {
    return symbol.name();
  }

  /** What faults call it. */
  String place() {
    return "function " + name();
  }

  /** How many slots it takes. */
  int slots() {
    return instructions.stream().mapToInt(Instruction::slots).sum();
  }
}
