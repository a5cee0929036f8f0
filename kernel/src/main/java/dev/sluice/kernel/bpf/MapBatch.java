package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.MapInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The commands on many entries of a map, in pieces of bounded memory ({@code generic_map_*_batch}
 * in {@code kernel/bpf/syscall.c}, {@code __htab_map_lookup_and_delete_batch} in {@code
 * kernel/bpf/hashtab.c}).
 */
final class MapBatch {
  /** Bytes of keys and values in one call. */
  private static final int PIECE_BYTES = 1 << 20;

  /** A hash map's cursor is 4 bytes long whatever its keys are. */
  private static final int LEAST_CURSOR = 4;

  private MapBatch() {}

  private static int pieceOf(MapInfo info) {
    return Math.max(1, PIECE_BYTES / Math.max(1, info.keySize() + info.hostValueSize()));
  }

  /**
   * Hands over every entry.
   *
   * @return false, having handed over nothing, if the map or kernel has no such command
   */
  static boolean forEach(KernelMap map, BiConsumer<byte[], byte[]> consumer) {
    MapInfo info = map.info();
    if (info.keySize() == 0) {
      return false;
    }
    int piece = Math.min(pieceOf(info), Math.max(1, info.maxEntries()));
    byte[] cursor = new byte[0];
    while (true) {
      try (BpfRequest request = new BpfRequest(BpfAttr.MapBatch.SIZE)) {
        MemorySegment keys = request.memory((long) piece * info.keySize());
        MemorySegment values = request.memory((long) piece * info.hostValueSize());
        MemorySegment next = request.memory(Math.max(LEAST_CURSOR, info.keySize()));
        long result =
            request
                .point(BpfAttr.MapBatch.IN_BATCH, cursor)
                .point(BpfAttr.MapBatch.OUT_BATCH, next)
                .point(BpfAttr.MapBatch.KEYS, keys)
                .point(BpfAttr.MapBatch.VALUES, values)
                .set(BpfAttr.MapBatch.COUNT, piece)
                .set(BpfAttr.MapBatch.MAP_FD, map.fd())
                .call(BpfCommand.MAP_LOOKUP_BATCH);
        boolean last = BpfRefusal.is(result, Errno.ENOENT);
        if (BpfRefusal.is(result, Errno.ENOSPC)) {
          piece = Math.multiplyExact(piece, 2); // one bucket holds more than a piece
          continue;
        }
        if (BpfRefusal.is(result, Errno.EINTR)) {
          continue; // entries went while they were read
        }
        if (cursor.length == 0 && BpfRefusal.isMissingOperation(result)) {
          return false;
        }
        if (result < 0 && !last) {
          throw map.refused("walk over", result, null);
        }
        int count = request.get(BpfAttr.MapBatch.COUNT);
        for (int i = 0; i < count; i++) {
          consumer.accept(bytes(keys, i, info.keySize()), bytes(values, i, info.hostValueSize()));
        }
        if (last) {
          return true;
        }
        cursor = next.toArray(ValueLayout.JAVA_BYTE);
      }
    }
  }

  private static byte[] bytes(MemorySegment memory, int index, int size) {
    return memory.asSlice((long) index * size, size).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * Makes or changes entries until one is refused.
   *
   * @return how many were made or changed; 0 if the map or kernel has no such command
   */
  static int update(KernelMap map, List<BpfMap.Entry> entries) {
    MapInfo info = map.info();
    int piece = pieceOf(info);
    int done = 0;
    while (done < entries.size()) {
      List<BpfMap.Entry> part = entries.subList(done, Math.min(entries.size(), done + piece));
      try (BpfRequest request = new BpfRequest(BpfAttr.MapBatch.SIZE)) {
        MemorySegment keys = request.memory((long) part.size() * info.keySize());
        MemorySegment values = request.memory((long) part.size() * info.hostValueSize());
        for (int i = 0; i < part.size(); i++) {
          put(part.get(i).key(), keys, i);
          put(part.get(i).value(), values, i);
        }
        long result =
            request
                .point(BpfAttr.MapBatch.KEYS, keys)
                .point(BpfAttr.MapBatch.VALUES, values)
                .set(BpfAttr.MapBatch.COUNT, part.size())
                .set(BpfAttr.MapBatch.MAP_FD, map.fd())
                .call(BpfCommand.MAP_UPDATE_BATCH);
        if (result < 0) {
          return done + doneBeforeError(request, result, part.size());
        }
        done += part.size();
      }
    }
    return done;
  }

  /** Removes entries; how many were there. Singly where the map or kernel has no such command. */
  static int delete(KernelMap map, List<byte[]> keys) {
    int piece = pieceOf(map.info());
    int removed = 0;
    int at = 0;
    while (at < keys.size()) {
      List<byte[]> part = keys.subList(at, Math.min(keys.size(), at + piece));
      int done;
      try (BpfRequest request = new BpfRequest(BpfAttr.MapBatch.SIZE)) {
        MemorySegment memory = request.memory((long) part.size() * map.info().keySize());
        for (int i = 0; i < part.size(); i++) {
          put(part.get(i), memory, i);
        }
        long result =
            request
                .point(BpfAttr.MapBatch.KEYS, memory)
                .set(BpfAttr.MapBatch.COUNT, part.size())
                .set(BpfAttr.MapBatch.MAP_FD, map.fd())
                .call(BpfCommand.MAP_DELETE_BATCH);
        done = result < 0 ? doneBeforeError(request, result, part.size()) : part.size();
      }
      removed += done;
      at += done;
      if (done < part.size()) {
        // The command stops at a key that is not there, or is missing: this one singly, then on.
        removed += map.delete(keys.get(at)) ? 1 : 0;
        at++;
      }
    }
    return removed;
  }

  /**
   * How many entries were done before an error. The kernel says so, except where it refused before
   * it began: then the count is still what was asked for.
   */
  private static int doneBeforeError(BpfRequest request, long result, int asked) {
    int count = request.get(BpfAttr.MapBatch.COUNT);
    boolean begun = !BpfRefusal.isMissingOperation(result) || count != asked;
    return begun && count < asked ? count : 0;
  }

  private static void put(byte[] bytes, MemorySegment memory, int index) {
    MemorySegment.copy(
        bytes, 0, memory, ValueLayout.JAVA_BYTE, (long) index * bytes.length, bytes.length);
  }
}
