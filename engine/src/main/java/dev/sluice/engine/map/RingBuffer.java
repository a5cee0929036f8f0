package dev.sluice.engine.map;

import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.vm.GuestMemory;

/**
 * A ring buffer of records ({@code kernel/bpf/ringbuf.c}). A record has a header of 8 bytes and
 * begins at a multiple of 8; its place counts from the buffer's beginning without end, and the
 * array is twice as long as the buffer, so that a record that reaches over the end is in one piece.
 */
public final class RingBuffer extends KeylessMap {
  /** Bytes before each record ({@code BPF_RINGBUF_HDR_SZ}). */
  public static final int HEADER = 8;

  private static final int BUSY = 1 << 31;
  private static final int DISCARDED = 1 << 30;
  private static final int LENGTH = DISCARDED - 1;

  private final int size;
  private long produced;
  private long consumed;
  private long lost;

  /** An empty ring buffer. */
  public RingBuffer(Machine machine, MapInfo shape) {
    super(machine, shape, new byte[Math.multiplyExact(2, shape.maxEntries())], 8);
    size = shape.maxEntries();
  }

  /** Takes records that programs have finished. */
  @FunctionalInterface
  public interface RecordConsumer {
    /** A record; the array is the buffer's own, and only these bytes of it are the record. */
    void record(byte[] bytes, int at, int length);
  }

  /** Any place in the buffer: the verifier has seen to it that a record is not left. */
  @Override
  public boolean holds(int offset, int length) {
    return offset >= HEADER && length >= 0 && (long) offset + length <= values.length;
  }

  /**
   * Makes room for a record, which is not seen until it is submitted.
   *
   * @return where it begins in {@link #values}; −1 if it does not fit
   */
  public int reserve(long length) {
    if (length < 0 || length > LENGTH) {
      return -1;
    }
    long whole = (length + HEADER + 7) & ~7L;
    if (whole > size || produced + whole - consumed > size - 1) {
      lost++;
      return -1;
    }
    int at = (int) (produced & (size - 1));
    GuestMemory.putInt(values, at, (int) length | BUSY);
    GuestMemory.putInt(values, at + 4, 0);
    produced += whole;
    return at + HEADER;
  }

  /** Lets a record be seen, or be skipped. */
  public void finish(int at, boolean discard) {
    int header = GuestMemory.getInt(values, at - HEADER) & ~BUSY;
    GuestMemory.putInt(values, at - HEADER, discard ? header | DISCARDED : header);
  }

  /** Whether a record begins at a place and is not finished. */
  public boolean isReserved(int at) {
    return at >= HEADER
        && at < size + HEADER
        && (GuestMemory.getInt(values, at - HEADER) & BUSY) != 0;
  }

  /** Hands over the records that are finished, up to one that is not; how many. */
  public int drain(RecordConsumer consumer) {
    int records = 0;
    while (consumed < produced) {
      int at = (int) (consumed & (size - 1));
      int header = GuestMemory.getInt(values, at);
      if ((header & BUSY) != 0) {
        break;
      }
      int length = header & LENGTH;
      consumed += (length + HEADER + 7) & ~7L;
      if ((header & DISCARDED) == 0) {
        consumer.record(values, at + HEADER, length);
        records++;
      }
    }
    return records;
  }

  /** Bytes that wait for the consumer. */
  public long available() {
    return produced - consumed;
  }

  /** Bytes that it holds. */
  public int size() {
    return size;
  }

  /** Where the producer is, in bytes since the beginning. */
  public long produced() {
    return produced;
  }

  /** Where the consumer is, in bytes since the beginning. */
  public long consumed() {
    return consumed;
  }

  /** Records that did not fit. */
  public long lost() {
    return lost;
  }
}
