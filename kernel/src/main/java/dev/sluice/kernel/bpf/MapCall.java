package dev.sluice.kernel.bpf;

import dev.sluice.kernel.bpf.BpfAttr.MapElement;
import dev.sluice.kernel.syscall.Fd;
import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The commands on one entry of a map, without allocating: each thread keeps memory for the request,
 * the key and the value.
 */
final class MapCall {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ThreadLocal<MapCall> OF_THREAD = ThreadLocal.withInitial(MapCall::new);

  private static final int FIRST_SIZE = 4096;

  private MemorySegment memory = Arena.ofAuto().allocate(FIRST_SIZE, Long.BYTES);

  private MapCall() {}

  /** {@code BPF_MAP_LOOKUP_ELEM} and {@code BPF_MAP_LOOKUP_AND_DELETE_ELEM}. */
  static long lookup(BpfCommand command, Fd map, byte[] key, byte[] value) {
    return OF_THREAD.get().read(command, map, key, value);
  }

  /** {@code BPF_MAP_GET_NEXT_KEY}; null for the first. */
  static long nextKey(Fd map, byte @Nullable [] key, byte[] next) {
    return OF_THREAD.get().read(BpfCommand.MAP_GET_NEXT_KEY, map, key, next);
  }

  /** {@code BPF_MAP_UPDATE_ELEM}. */
  static long update(Fd map, byte[] key, byte[] value, int flags) {
    return OF_THREAD.get().write(BpfCommand.MAP_UPDATE_ELEM, map, key, value, flags);
  }

  /** {@code BPF_MAP_DELETE_ELEM}. */
  static long delete(Fd map, byte[] key) {
    return OF_THREAD.get().write(BpfCommand.MAP_DELETE_ELEM, map, key, new byte[0], 0);
  }

  private long read(BpfCommand command, Fd map, byte @Nullable [] key, byte[] out) {
    int keyLength = key == null ? 0 : key.length;
    long outAt = place(keyLength, out.length);
    fill(key, keyLength, outAt, 0);
    long result = call(command, map);
    if (result >= 0) {
      MemorySegment.copy(memory, BYTE, outAt, out, 0, out.length);
    }
    return result;
  }

  private long write(BpfCommand command, Fd map, byte[] key, byte[] value, int flags) {
    long valueAt = place(key.length, value.length);
    fill(key, key.length, valueAt, flags);
    MemorySegment.copy(value, 0, memory, BYTE, valueAt, value.length);
    return call(command, map);
  }

  /** Makes room behind the request for a key and a value; where the value goes. */
  private long place(int keyLength, int valueLength) {
    long valueAt = (MapElement.SIZE + keyLength + 7L) & ~7L;
    if (valueAt + valueLength > memory.byteSize()) {
      memory = Arena.ofAuto().allocate((valueAt + valueLength) * 2, Long.BYTES);
    }
    return valueAt;
  }

  private void fill(byte @Nullable [] key, int keyLength, long valueAt, int flags) {
    long keyAddress = 0; // maps without keys, and the first key, want none
    if (key != null && keyLength > 0) {
      MemorySegment.copy(key, 0, memory, BYTE, MapElement.SIZE, keyLength);
      keyAddress = memory.address() + MapElement.SIZE;
    }
    memory.set(ValueLayout.JAVA_INT, MapElement.MAP_FD + 4, 0);
    memory.set(ValueLayout.JAVA_LONG, MapElement.KEY, keyAddress);
    memory.set(ValueLayout.JAVA_LONG, MapElement.VALUE, memory.address() + valueAt);
    memory.set(ValueLayout.JAVA_LONG, MapElement.FLAGS, flags);
  }

  /**
   * A request may not be longer than what its command knows, zeros apart, and a deletion knows only
   * the key.
   */
  private long call(BpfCommand command, Fd map) {
    int size =
        switch (command) {
          case MAP_DELETE_ELEM -> MapElement.VALUE;
          case MAP_GET_NEXT_KEY -> MapElement.FLAGS;
          default -> MapElement.SIZE;
        };
    memory.set(ValueLayout.JAVA_INT, MapElement.MAP_FD, map.acquire());
    try {
      return Syscalls.call(SyscallNumber.BPF, command.number(), memory.address(), size);
    } finally {
      map.release();
    }
  }
}
