package dev.sluice.datapath;

/**
 * The name of a qdisc ({@code 1:}) or of a class in it ({@code 1:10}): 16 bits of major number and
 * 16 bits of minor number, both written in hexadecimal.
 *
 * @param value major number in the upper half, minor number in the lower half, as {@code struct
 *     tcmsg} carries it in host byte order
 */
public record Handle(int value) implements Comparable<Handle> {
  /** No handle given: the kernel chooses, or "any". */
  public static final Handle UNSPECIFIED = new Handle(0);

  /** The parent of a device's root qdisc ({@code TC_H_ROOT}). */
  public static final Handle ROOT = new Handle(0xffffffff);

  /** The parent of the ingress and clsact qdiscs ({@code TC_H_INGRESS} = {@code TC_H_CLSACT}). */
  public static final Handle CLSACT = new Handle(0xfffffff1);

  /** Where clsact and ingress qdiscs keep filters for arriving packets ({@code ffff:fff2}). */
  public static final Handle CLSACT_INGRESS = new Handle(0xfffffff2);

  /** Where the clsact qdisc keeps filters for leaving packets ({@code ffff:fff3}). */
  public static final Handle CLSACT_EGRESS = new Handle(0xfffffff3);

  /**
   * A handle from its two numbers.
   *
   * @param major 0 to 0xffff
   * @param minor 0 to 0xffff; 0 names the qdisc itself
   */
  public static Handle of(int major, int minor) {
    if ((major & ~0xffff) != 0 || (minor & ~0xffff) != 0) {
      throw new IllegalArgumentException(
          String.format("handle numbers must be 0 to ffff: %x:%x", major, minor));
    }
    return new Handle(major << 16 | minor);
  }

  /** The qdisc's number. */
  public int major() {
    return value >>> 16;
  }

  /** The class's number within its qdisc; 0 for the qdisc itself. */
  public int minor() {
    return value & 0xffff;
  }

  /** Whether no handle is given. */
  public boolean isUnspecified() {
    return value == 0;
  }

  /** The handle of the qdisc that this class belongs to. */
  public Handle qdisc() {
    return new Handle(value & 0xffff0000);
  }

  @Override
  public int compareTo(Handle other) {
    return Integer.compareUnsigned(value, other.value);
  }

  /** The handle as tc prints it: {@code 1:}, {@code 1:10}, {@code :5}, {@code root}. */
  @Override
  public String toString() {
    if (value == ROOT.value) {
      return "root";
    }
    if (value == 0) {
      return "none";
    }
    if (major() == 0) {
      return ":" + Integer.toHexString(minor());
    }
    String major = Integer.toHexString(major());
    return minor() == 0 ? major + ":" : major + ":" + Integer.toHexString(minor());
  }
}
