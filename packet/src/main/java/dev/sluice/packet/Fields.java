package dev.sluice.packet;

/** Fields of headers: their ranges, and writing them in network byte order. */
final class Fields {
  private Fields() {}

  static void require(String name, long value, int bits) {
    if (value >>> bits != 0) {
      throw new IllegalArgumentException(
          "%s has %d bits: expected 0 to %d, found %d"
              .formatted(name, bits, (1L << bits) - 1, value));
    }
  }

  static void put8(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
  }

  static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }

  static void put32(byte[] bytes, int at, int value) {
    put16(bytes, at, value >>> 16);
    put16(bytes, at + 2, value);
  }

  static void put64(byte[] bytes, int at, long value) {
    put32(bytes, at, (int) (value >>> 32));
    put32(bytes, at + 4, (int) value);
  }
}
