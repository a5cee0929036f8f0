package dev.sluice.packet.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
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
  private static final int BUFFER = 1 << 15;
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = (byte) 0x8b;

  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final InputStream stream;
  private final byte[] buffer = new byte[BUFFER];
  private final byte[] scratch = new byte[4];
  private int position;
  private int limit;
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
    PushbackInputStream plain = new PushbackInputStream(source, 2);
    try {
      byte[] start = new byte[2];
      int found = plain.readNBytes(start, 0, 2);
      plain.unread(start, 0, found);
      boolean packed = found == 2 && start[0] == GZIP_FIRST && start[1] == GZIP_SECOND;
      return new CaptureInput(name, packed ? new GZIPInputStream(plain, BUFFER) : plain);
    } catch (EOFException | ZipException e) {
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
    return position == limit && !fill();
  }

  private boolean fill() {
    try {
      // At least one byte, or the end.
      int read = stream.read(buffer, 0, BUFFER);
      position = 0;
      limit = Math.max(0, read);
      return read > 0;
    } catch (EOFException | ZipException e) {
      throw damaged("not whole gzip: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads exactly so many bytes. */
  void read(byte[] into, int at, int length, String what) {
    int done = 0;
    while (done < length) {
      if (atEnd()) {
        throw cutOff(what, length, done);
      }
      int part = Math.min(length - done, limit - position);
      System.arraycopy(buffer, position, into, at + done, part);
      position += part;
      done += part;
    }
    offset += length;
  }

  /** Goes over exactly so many bytes. */
  void skip(long length, String what) {
    long done = 0;
    while (done < length) {
      if (atEnd()) {
        throw cutOff(what, length, done);
      }
      int part = (int) Math.min(length - done, limit - position);
      position += part;
      done += part;
    }
    offset += length;
  }

  private CaptureException cutOff(String what, long length, long found) {
    return damaged(
        "the file ends within %s: expected %d bytes more, found %d".formatted(what, length, found));
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
