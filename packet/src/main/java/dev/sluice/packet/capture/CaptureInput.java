package dev.sluice.packet.capture;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a capture, unpacked if need be, and where in them reading is. */
final class CaptureInput implements AutoCloseable {
  private static final int BUFFER = 1 << 17;
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;

  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final InputStream stream;
  private final byte[] scratch = new byte[8];
  private boolean bigEndian;
  private long offset;
  private long packets;

  private CaptureInput(String name, InputStream stream) {
    this.name = name;
    this.stream = stream;
  }

  static CaptureInput open(Path file) throws IOException {
    return open(file.toString(), Files.newInputStream(file));
  }

  static CaptureInput open(String name, InputStream source) throws IOException {
    InputStream plain = new BufferedInputStream(source, BUFFER);
    try {
      plain.mark(2);
      int first = plain.read();
      int second = plain.read();
      plain.reset();
      boolean packed = first == GZIP_FIRST && second == GZIP_SECOND;
      InputStream stream =
          packed ? new BufferedInputStream(new GZIPInputStream(plain, BUFFER), BUFFER) : plain;
      return new CaptureInput(name, stream);
    } catch (ZipException e) {
      plain.close();
      throw new CaptureException(name, 0, 0, "not whole gzip: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  void setBigEndian(boolean big) {
    bigEndian = big;
  }

  boolean isBigEndian() {
    return bigEndian;
  }

  long offset() {
    return offset;
  }

  void countPacket() {
    packets++;
  }

  long packets() {
    return packets;
  }

  CaptureException damaged(String problem) {
    return new CaptureException(name, offset, packets, problem);
  }

  /** Whether nothing is left. */
  boolean atEnd() {
    try {
      stream.mark(1);
      int next = stream.read();
      stream.reset();
      return next < 0;
    } catch (EOFException | ZipException e) {
      throw damaged("not whole gzip: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads exactly so many bytes. */
  void read(byte[] into, int at, int length, String what) {
    try {
      int read = stream.readNBytes(into, at, length);
      if (read < length) {
        throw damaged(
            "the file ends within %s: expected %d bytes more, found %d"
                .formatted(what, length, read));
      }
      offset += length;
    } catch (EOFException | ZipException e) {
      throw damaged("not whole gzip: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void skip(long length, String what) {
    long left = length;
    byte[] away = new byte[(int) Math.min(4096, Math.max(1, length))];
    while (left > 0) {
      int part = (int) Math.min(away.length, left);
      read(away, 0, part, what);
      left -= part;
    }
  }

  /** A 32-bit number in the file's byte order, unsigned. */
  long readInt(String what) {
    read(scratch, 0, 4, what);
    return intAt(scratch, 0) & 0xffff_ffffL;
  }

  int intAt(byte[] bytes, int at) {
    return (int) (bigEndian ? BIG : LITTLE).get(bytes, at);
  }

  int shortAt(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    int second = bytes[at + 1] & 0xff;
    return bigEndian ? first << 8 | second : second << 8 | first;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
