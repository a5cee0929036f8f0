package dev.sluice.datapath.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Turns values of a type into bytes of a map and back.
 *
 * @param <T> the type
 */
public interface Codec<T> {
  /** A 32-bit number in host byte order. */
  Codec<Integer> U32 = of(4, (value, out) -> out.putInt(value), ByteBuffer::getInt);

  /** A 64-bit number in host byte order. */
  Codec<Long> U64 = of(8, (value, out) -> out.putLong(value), ByteBuffer::getLong);

  /** How many bytes a value takes. */
  int size();

  /** Writes a value at the buffer's position; the buffer is in host byte order. */
  void encode(T value, ByteBuffer out);

  /** Reads a value at the buffer's position; the buffer is in host byte order. */
  T decode(ByteBuffer in);

  /** The bytes of a value. */
  default byte[] toBytes(T value) {
    byte[] bytes = new byte[size()];
    encode(value, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
    return bytes;
  }

  /** The value of bytes. */
  default T fromBytes(byte[] bytes) {
    if (bytes.length < size()) {
      throw new IllegalArgumentException("expected " + size() + " bytes, found " + bytes.length);
    }
    return decode(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
  }

  /**
   * A codec from two functions.
   *
   * @param size how many bytes a value takes
   * @param encode writes a value
   * @param decode reads a value
   */
  static <T> Codec<T> of(
      int size, BiConsumer<T, ByteBuffer> encode, Function<ByteBuffer, T> decode) {
    return new Codec<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public void encode(T value, ByteBuffer out) {
        encode.accept(value, out);
      }

      @Override
      public T decode(ByteBuffer in) {
        return decode.apply(in);
      }
    };
  }
}
