package dev.sluice.engine.vm;

/**
 * The addresses that programs compute with. The upper 32 bits name a region, the lower 32 an offset
 * in it, so that pointers into one region compare and subtract as a program expects, a null pointer
 * is 0, and no plain number below 2³² is an address.
 *
 * <p>Addresses are numbers of this machine only: no access goes anywhere but into the Java array of
 * the region it names, and within its bounds.
 */
public final class Address {
  /** The context, {@code struct __sk_buff} or {@code struct xdp_md}: fields, not bytes. */
  public static final int CONTEXT = 1;

  /** The packet. Offsets are those of {@code SocketBuffer.bytes}. */
  public static final int PACKET = 2;

  /** The stack of the entry function; that of the n-th function called is {@code STACK + n}. */
  public static final int STACK = 0x10;

  /** Values of the map in slot n of the machine's {@link MapSlots}: {@code MAP_VALUE | n}. */
  public static final int MAP_VALUE = 0x1000_0000;

  /** The map in slot n itself: {@code MAP | n}. */
  public static final int MAP = 0x2000_0000;

  /** Memory that a helper lent to this run, such as a ring buffer's record: {@code LENT | n}. */
  public static final int LENT = 0x3000_0000;

  /** The function of the program that begins at slot n: {@code FUNCTION | n}. */
  public static final int FUNCTION = 0x4000_0000;

  /** The bits of a region that say what kind it is, where it has a number. */
  public static final int KIND_MASK = 0xf000_0000;

  /** Bytes of stack that each function has ({@code MAX_BPF_STACK}). */
  public static final int STACK_BYTES = 512;

  /** Most functions under way at once ({@code MAX_CALL_FRAMES}). */
  public static final int MAX_FRAMES = 8;

  private Address() {}

  /** The address of an offset in a region. */
  public static long of(int region, int offset) {
    return ((long) region << 32) + offset;
  }

  /**
   * The region of an address. Offsets are signed, so that a pointer just before a region is still
   * one of that region.
   */
  public static int region(long address) {
    return (int) ((address + 0x8000_0000L) >>> 32);
  }

  /** The offset of an address; negative before the region. */
  public static int offset(long address) {
    return (int) address;
  }
}
