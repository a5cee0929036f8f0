package dev.sluice.bpf;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link CodeBuilder} collects.
 *
 * @param instruction with a target, its offset is still to be filled in
 * @param target where it jumps to or what it calls
 */
record CodeItem(Instruction instruction, @Nullable Label target) {
  /**
   * Where items come from.
   *
   * @param item the first of them
   * @param source its slot is still to be filled in
   */
  record Line(int item, SourceLine source) {}
}
