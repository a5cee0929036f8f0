package dev.sluice.compiler.program;

/** Corrections of checksums on the JVM, where nobody else is to finish them. */
final class Checksums {
  private static final int FARTHEST = 0xffff;
  private static final int MANGLED_0 = 0xffff;
  private static final int EFAULT = -14;
  private static final int EINVAL = -22;

  private Checksums() {}

  static int replaceL3(SkBuff packet, int offset, int from, int to, int size) {
    int problem = problem(packet, offset, size);
    if (problem != 0) {
      return problem;
    }
    int checksum = packet.word(offset);
    packet.word(
        offset,
        size == 2
            ? fold((~checksum & 0xffffL) + (~from & 0xffffL) + (to & 0xffffL))
            : wide(checksum, from, to));
    return 0;
  }

  static int replaceL4(SkBuff packet, int offset, int from, int to, int size, int flags) {
    if ((flags & ~(SkBuff.PSEUDO_HEADER | SkBuff.ZERO_IS_NONE)) != 0) {
      return EINVAL;
    }
    int problem = problem(packet, offset, size);
    if (problem != 0) {
      return problem;
    }
    boolean zeroIsNone = (flags & SkBuff.ZERO_IS_NONE) != 0;
    int checksum = packet.word(offset);
    if (zeroIsNone && checksum == 0) {
      return 0;
    }
    int mask = size == 2 ? 0xffff : -1;
    int result = wide(checksum, from & mask, to & mask);
    packet.word(offset, zeroIsNone && result == 0 ? MANGLED_0 : result);
    return 0;
  }

  private static int problem(SkBuff packet, int offset, int size) {
    if (size != 2 && size != 4) {
      return EINVAL;
    }
    boolean there =
        offset >= 0 && offset <= FARTHEST && (offset & 1) == 0 && offset + 2 <= packet.length();
    return there ? 0 : EFAULT;
  }

  /** With a sum of 32 bits, which is never 0 here. */
  private static int wide(int checksum, int from, int to) {
    return fold((~checksum & 0xffff_ffffL) + (~from & 0xffff_ffffL) + (to & 0xffff_ffffL));
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded > 0xffff) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) ~folded & 0xffff;
  }
}
