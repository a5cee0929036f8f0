package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a packet that a u32 filter matches, as they are collected. Keys for the same word
 * become one.
 */
final class U32Keys {
  private static final int MOST = 128;

  private final List<U32.Key> keys = new ArrayList<>();

  List<U32.Key> keys() {
    return keys;
  }

  /**
   * Adds a 32-bit key.
   *
   * @param offset a multiple of 4
   * @return false if it cannot be: it contradicts one that is there, or there are 128
   */
  boolean add32(int value, int mask, int offset, int offsetMask) {
    int masked = value & mask;
    for (int i = 0; i < keys.size(); i++) {
      U32.Key key = keys.get(i);
      if (key.offset() == offset && key.offsetMask() == offsetMask) {
        if (((masked ^ key.value()) & mask & key.mask()) != 0) {
          return false;
        }
        keys.set(i, new U32.Key(key.mask() | mask, key.value() | masked, offset, offsetMask));
        return true;
      }
    }
    if (keys.size() == MOST || (offset & 3) != 0) {
      return false;
    }
    keys.add(new U32.Key(mask, masked, offset, offsetMask));
    return true;
  }

  /** Adds a 16-bit key at an offset that is even; an odd one counts as the upper half's end. */
  boolean add16(int value, int mask, int offset, int offsetMask) {
    int shift = (offset & 3) == 0 ? 16 : 0;
    return add32(value << shift, mask << shift, offset & ~3, offsetMask);
  }

  /** Adds an 8-bit key. */
  boolean add8(int value, int mask, int offset, int offsetMask) {
    int shift = 24 - 8 * (offset & 3);
    return add32(value << shift, mask << shift, offset & ~3, offsetMask);
  }
}
