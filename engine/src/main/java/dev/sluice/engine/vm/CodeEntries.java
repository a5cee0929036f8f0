package dev.sluice.engine.vm;

import java.util.BitSet;

/**
 * Where code is entered other than from the instruction before.
 *
 * @param jumps targets of jumps, and where functions and segments begin
 * @param segments where functions begin, and where one segment jumps or runs into another
 */
record CodeEntries(BitSet jumps, BitSet segments) {
  /** Finds the entries of a program that is cut into segments of so many slots. */
  static CodeEntries of(Image image, RegisterContents contents, int segment) {
    BitSet jumps = new BitSet();
    BitSet segments = new BitSet();
    segments.or(image.functions);
    for (int slot = 0; slot < image.slots(); slot++) {
      if (!contents.reached(slot)) {
        continue;
      }
      int operation = image.operation[slot];
      if (RegisterContents.jumps(operation)) {
        jumps.set(image.offset[slot]);
        if (slot / segment != image.offset[slot] / segment) {
          segments.set(image.offset[slot]);
        }
      }
      int next = image.following(slot);
      if (slot / segment != next / segment && operation != Operation.EXIT) {
        segments.set(next);
      }
    }
    jumps.or(segments);
    return new CodeEntries(jumps, segments);
  }
}
