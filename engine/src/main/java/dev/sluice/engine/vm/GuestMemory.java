package dev.sluice.engine.vm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in a program's memory, in the byte order of this machine. */
public final class GuestMemory {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private GuestMemory() {}

  /** The number of 16 bits at an index, unsigned. */
  public static int getShort(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at) & 0xffff;
  }

  /** The number of 32 bits at an index. */
  public static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** The number of 64 bits at an index. */
  public static long getLong(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** Writes a number of 16 bits. */
  public static void putShort(byte[] bytes, int at, int value) {
    SHORT.set(bytes, at, (short) value);
  }

  /** Writes a number of 32 bits. */
  public static void putInt(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }

  /** Writes a number of 64 bits. */
  public static void putLong(byte[] bytes, int at, long value) {
    LONG.set(bytes, at, value);
  }

  /**
   * The unsigned number at an index.
   *
   * @param size 1, 2, 4 or 8 bytes
   */
  public static long get(byte[] bytes, int at, int size) {
    return switch (size) {
      case 1 -> bytes[at] & 0xff;
      case 2 -> getShort(bytes, at);
      case 4 -> getInt(bytes, at) & 0xffff_ffffL;
      default -> getLong(bytes, at);
    };
  }

  /**
   * Writes the lower bytes of a number.
   *
   * @param size 1, 2, 4 or 8 bytes
   */
  public static void put(byte[] bytes, int at, int size, long value) {
    switch (size) {
      case 1 -> bytes[at] = (byte) value;
      case 2 -> putShort(bytes, at, (int) value);
      case 4 -> putInt(bytes, at, (int) value);
      default -> putLong(bytes, at, value);
    }
  }
}
