package dev.sluice.kernel.bpf;

import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map of the kernel.
 *
 * <p>Values of maps that hold other objects are file descriptors when they are written and numbers
 * of objects when they are read, 4 bytes in host byte order: {@link #value} makes them from a
 * program or map.
 */
public final class KernelMap implements BpfMap {
  private final Fd fd;
  private final MapInfo info;

  /** Takes over an open map. */
  KernelMap(Fd fd) {
    this.fd = fd;
    try {
      this.info = read(fd);
    } catch (SluiceException e) {
      fd.close();
      throw e;
    }
  }

  /** The descriptor, for requests that name the map. */
  public Fd fd() {
    return fd;
  }

  /** What to write into an array or hash of maps to put a map there. */
  public static byte[] value(BpfMap map) {
    return descriptor(of(map).fd);
  }

  /** What to write into a program array to put a program there. */
  public static byte[] value(dev.sluice.datapath.program.Program program) {
    return descriptor(KernelProgram.of(program).fd());
  }

  private static byte[] descriptor(Fd fd) {
    return ByteBuffer.allocate(4)
        .order(java.nio.ByteOrder.nativeOrder())
        .putInt(fd.number())
        .array();
  }

  /** The kernel's own class of a map. */
  static KernelMap of(BpfMap map) {
    if (map instanceof KernelMap kernelMap) {
      return kernelMap;
    }
    throw new IllegalArgumentException(
        "map " + map.info().name() + " belongs to another datapath, not to the kernel");
  }

  @Override
  public MapInfo info() {
    return info;
  }

  private static MapInfo read(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(BpfInfo.Map.SIZE, Long.BYTES);
      BpfRefusal.check("read what is known of a map", BpfSyscall.info(fd, memory));
      int typeNumber = memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.TYPE);
      @Nullable MapType type = MapType.find(typeNumber).orElse(null);
      int valueSize = memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.VALUE_SIZE);
      boolean perCpu = type != null && type.isPerCpu();
      return new MapInfo(
          memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.ID),
          type,
          typeNumber,
          BpfRequest.text(memory, BpfInfo.Map.NAME, BpfAttr.NAME_LENGTH),
          memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.KEY_SIZE),
          valueSize,
          perCpu ? Math.multiplyExact((valueSize + 7) & ~7, Processors.possible()) : valueSize,
          memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.MAX_ENTRIES),
          memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.FLAGS),
          memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.BTF_ID),
          memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.BTF_KEY_TYPE_ID),
          memory.get(ValueLayout.JAVA_INT, BpfInfo.Map.BTF_VALUE_TYPE_ID));
    }
  }

  @Override
  public byte @Nullable [] lookup(byte[] key) {
    byte[] value = new byte[info.hostValueSize()];
    return lookup(key, value) ? value : null;
  }

  @Override
  public boolean lookup(byte[] key, byte[] value) {
    checkKey(key);
    if (value.length < info.hostValueSize()) {
      throw new IllegalArgumentException(
          this + " has values of " + info.hostValueSize() + " bytes, no room in " + value.length);
    }
    long result = MapCall.lookup(BpfCommand.MAP_LOOKUP_ELEM, fd, key, value);
    if (BpfRefusal.is(result, Errno.ENOENT)) {
      return false;
    }
    if (result < 0) {
      throw refused("look up in", result);
    }
    return true;
  }

  @Override
  public void update(byte[] key, byte[] value, UpdateMode mode) {
    checkKey(key);
    checkValue(value);
    long result = MapCall.update(fd, key, value, flags(mode));
    if (result < 0) {
      throw refused("update", result);
    }
  }

  private static int flags(UpdateMode mode) {
    return switch (mode) {
      case ANY -> 0; // BPF_ANY
      case CREATE -> 1; // BPF_NOEXIST
      case CHANGE -> 2; // BPF_EXIST
    };
  }

  @Override
  public boolean delete(byte[] key) {
    checkKey(key);
    long result = MapCall.delete(fd, key);
    if (BpfRefusal.is(result, Errno.ENOENT)) {
      return false;
    }
    if (result < 0) {
      throw refused("delete from", result);
    }
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Types that the kernel cannot do it for in one step, such as the prefix trie, are read and
   * then deleted from, and a change between the two is lost.
   */
  @Override
  public byte @Nullable [] lookupAndDelete(byte[] key) {
    checkKey(key);
    byte[] value = new byte[info.hostValueSize()];
    long result = MapCall.lookup(BpfCommand.MAP_LOOKUP_AND_DELETE_ELEM, fd, key, value);
    if (BpfRefusal.is(result, Errno.ENOENT)) {
      return null;
    }
    if (result >= 0) {
      return value;
    }
    if (!BpfRefusal.isMissingOperation(result)) {
      throw refused("delete from", result);
    }
    return lookup(key, value) && delete(key) ? value : null;
  }

  @Override
  public byte @Nullable [] nextKey(byte @Nullable [] key) {
    if (key != null) {
      checkKey(key);
    }
    byte[] next = new byte[info.keySize()];
    long result = MapCall.nextKey(fd, key, next);
    if (BpfRefusal.is(result, Errno.ENOENT)) {
      return null;
    }
    if (result < 0) {
      throw refused("walk over", result);
    }
    return next;
  }

  @Override
  public void forEach(BiConsumer<byte[], byte[]> consumer) {
    if (!MapBatch.forEach(this, consumer)) {
      forEachSingly(consumer);
    }
  }

  /**
   * One by one. Behind a key that somebody deleted meanwhile the kernel starts over, so entries
   * that were handed over are remembered, and a map that changes without end is left after a while.
   */
  private void forEachSingly(BiConsumer<byte[], byte[]> consumer) {
    Set<ByteBuffer> seen = new HashSet<>();
    long steps = 4L * Integer.toUnsignedLong(info.maxEntries()) + 1000;
    byte[] key = nextKey(null);
    while (key != null && steps-- > 0) {
      byte[] next = nextKey(key); // before the consumer may delete the key
      if (seen.add(ByteBuffer.wrap(key))) {
        byte[] value = lookup(key);
        if (value != null) {
          consumer.accept(key, value);
        }
      }
      key = next;
    }
  }

  @Override
  public int updateAll(List<Entry> entries, UpdateMode mode) {
    for (Entry entry : entries) {
      checkKey(entry.key());
      checkValue(entry.value());
    }
    // The batch command takes no mode (generic_map_update_batch in kernel/bpf/syscall.c).
    int done = mode == UpdateMode.ANY ? MapBatch.update(this, entries) : 0;
    for (Entry entry : entries.subList(done, entries.size())) {
      long result = MapCall.update(fd, entry.key(), entry.value(), flags(mode));
      if (result < 0) {
        String state =
            "entry " + (done + 1) + " of " + entries.size() + "; those before it are in the map";
        throw refused("update", result, state);
      }
      done++;
    }
    return done;
  }

  @Override
  public int deleteAll(List<byte[]> keys) {
    keys.forEach(this::checkKey);
    return MapBatch.delete(this, keys);
  }

  @Override
  public void freeze() {
    long result = BpfSyscall.mapFreeze(fd);
    if (result < 0) {
      String rule = null;
      if (BpfRefusal.is(result, Errno.EPERM)) {
        rule = "it is frozen already, or was opened for reading only";
      } else if (BpfRefusal.is(result, Errno.EBUSY)) {
        rule = "it is mapped into memory for writing";
      }
      throw BpfRefusal.of("freeze " + this, result, rule, Privilege.CAP_BPF);
    }
  }

  @Override
  public void pin(Path path) {
    BpfFileSystem.pin(fd, BpfObject.MAP, info.id(), path);
  }

  @Override
  public void close() {
    fd.close();
  }

  private void checkKey(byte[] key) {
    if (key.length != info.keySize()) {
      throw new IllegalArgumentException(
          this + " has keys of " + info.keySize() + " bytes, not " + key.length);
    }
  }

  private void checkValue(byte[] value) {
    if (value.length != info.hostValueSize()) {
      throw new IllegalArgumentException(
          this + " has values of " + info.hostValueSize() + " bytes, not " + value.length);
    }
  }

  private SluiceException refused(String verb, long result) {
    return refused(verb, result, null);
  }

  /** The exception for a refused operation, with the rule where the error number tells it. */
  SluiceException refused(String verb, long result, @Nullable String state) {
    Errno errno = Errno.of(Math.toIntExact(-result));
    String rule =
        errno == null
            ? "maps of type " + typeName() + " do not have this operation"
            : switch (errno) {
              case E2BIG ->
                  info.type() == MapType.ARRAY || info.type() == MapType.PERCPU_ARRAY
                      ? "the index is not below " + info.maxEntries()
                      : "the map is full: " + info.maxEntries() + " entries";
              case ENOSPC -> "the map is full: " + info.maxEntries() + " entries";
              case EEXIST -> "the key is there already";
              case ENOENT -> "the key is not there";
              case EPERM -> "the map is frozen, or was made or opened without this access";
              case EINVAL -> "maps of type " + typeName() + " do not take this key or operation";
              case EOPNOTSUPP -> "maps of type " + typeName() + " do not have this operation";
              case EBADF -> "the value is not a descriptor of what the map holds";
              default -> null;
            };
    String both = rule == null ? state : state == null ? rule : rule + " (" + state + ")";
    return BpfRefusal.of(verb + " " + this, result, both);
  }

  private String typeName() {
    return info.type() == null ? "number " + info.typeNumber() : info.type().kernelName();
  }

  @Override
  public String toString() {
    return "map " + info.id() + " (" + info.name() + ")";
  }
}
