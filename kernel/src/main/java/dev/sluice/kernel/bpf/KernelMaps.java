package dev.sluice.kernel.bpf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Pinning;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.InitialContents;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.Maps;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.bpf.BpfAttr.MapCreate;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes and finds maps of the kernel. Maps belong to no network namespace. */
public final class KernelMaps implements Maps {
  /**
   * {@inheritDoc}
   *
   * <p>A map with {@link Pinning#BY_NAME} is the one that is pinned under its name in {@link
   * BpfFileSystem#DEFAULT}, or is made and pinned there.
   *
   * @throws InvalidInput if the map pinned under its name has another shape
   */
  @Override
  public BpfMap create(MapSpec spec) {
    try (LoadedBtf types = LoadedBtf.of(spec)) {
      return create(spec, types).map();
    }
  }

  /**
   * A map that was made or opened.
   *
   * @param newPin where it was pinned just now; null if it was not
   */
  record Created(KernelMap map, @Nullable Path newPin) {}

  /** Makes a map, or opens the one that is pinned under its name, with types that know it. */
  static Created create(MapSpec spec, LoadedBtf types) {
    return switch (spec.pinning()) {
      case NONE -> new Created(make(spec, types), null);
      case BY_NAME -> createPinned(spec, types);
    };
  }

  private static Created createPinned(MapSpec spec, LoadedBtf types) {
    Path path = BpfFileSystem.DEFAULT.resolve(spec.name());
    try {
      return new Created(openSameShape(spec, path), null);
    } catch (NotFound _) {
      KernelMap map = make(spec, types);
      try {
        map.pin(path);
        return new Created(map, path);
      } catch (RuntimeException e) {
        map.close();
        throw e;
      }
    }
  }

  private static KernelMap openSameShape(MapSpec spec, Path path) {
    KernelMap map = new KernelMap(BpfFileSystem.open(BpfObject.MAP, path));
    MapInfo info = map.info();
    boolean same =
        info.type() == spec.type()
            && info.keySize() == spec.keySize()
            && info.valueSize() == spec.valueSize()
            && info.maxEntries() == entries(spec)
            && (info.flags() & spec.flagMask()) == spec.flagMask();
    if (!same) {
      map.close();
      throw new InvalidInput(
          path.toString(),
          0,
          0,
          "the map pinned here is %s with keys of %d and values of %d bytes and %d entries, and %s wants %s, %d, %d and %d"
              .formatted(
                  info.type() == null ? info.typeNumber() : info.type().kernelName(),
                  info.keySize(),
                  info.valueSize(),
                  info.maxEntries(),
                  spec.name(),
                  spec.type().kernelName(),
                  spec.keySize(),
                  spec.valueSize(),
                  entries(spec)));
    }
    return map;
  }

  /** A perf event array without a size gets a place for each processor, as libbpf does. */
  private static int entries(MapSpec spec) {
    return spec.type() == MapType.PERF_EVENT_ARRAY && spec.maxEntries() == 0
        ? Processors.possible()
        : spec.maxEntries();
  }

  /** Makes a map, whatever its pinning. */
  private static KernelMap make(MapSpec spec, LoadedBtf types) {
    MapSpec innerSpec = spec.innerMap();
    if (innerSpec == null) {
      KernelMap map = new KernelMap(call(spec, 0, types));
      try {
        InitialContents.put(map, spec);
        return map;
      } catch (RuntimeException e) {
        map.close();
        throw e;
      }
    }
    // The inner map only shows the shape: the kernel copies that and lets it go.
    try (KernelMap inner = new KernelMap(call(innerSpec, 0, types))) {
      return new KernelMap(call(spec, inner.fd().number(), types));
    }
  }

  private static Fd call(MapSpec spec, int innerMapFd, LoadedBtf types) {
    try (BpfRequest request = new BpfRequest(MapCreate.SIZE)) {
      request
          .set(MapCreate.TYPE, spec.type().number())
          .set(MapCreate.KEY_SIZE, spec.keySize())
          .set(MapCreate.VALUE_SIZE, spec.valueSize())
          .set(MapCreate.MAX_ENTRIES, entries(spec))
          .set(MapCreate.FLAGS, spec.flagMask())
          .set(MapCreate.INNER_MAP_FD, innerMapFd)
          .name(MapCreate.NAME, spec.name());
      types.describe(spec, request);
      long result = request.call(BpfCommand.MAP_CREATE);
      if (result < 0) {
        throw refused(spec, result);
      }
      return new Fd((int) result);
    }
  }

  private static SluiceException refused(MapSpec spec, long result) {
    String operation = "make map " + spec.name() + " of type " + spec.type().kernelName();
    String rule = null;
    if (BpfRefusal.is(result, Errno.EINVAL)) {
      rule =
          "the kernel does not know this type, or takes other sizes or flags for it: keys of %d and values of %d bytes, %d entries, flags %s"
              .formatted(spec.keySize(), spec.valueSize(), entries(spec), spec.flags());
    } else if (BpfRefusal.is(result, Errno.E2BIG) || BpfRefusal.is(result, Errno.ENOMEM)) {
      rule =
          "%d entries of %d and %d bytes are too much memory"
              .formatted(entries(spec), spec.keySize(), spec.valueSize());
    }
    return BpfRefusal.of(operation, result, rule, Privilege.CAP_BPF);
  }

  /** Whether the kernel takes type information. */
  public static Support typeSupport() {
    return LoadedBtf.support();
  }

  /** Whether the kernel reads many entries of a map in one call. */
  public static boolean hasBatch(BpfMap map) {
    return MapBatch.forEach(KernelMap.of(map), (_, _) -> {});
  }

  @Override
  public List<MapInfo> list() {
    List<MapInfo> maps = new ArrayList<>();
    ObjectId.forEach(
        BpfObject.MAP,
        id -> {
          try (KernelMap map = new KernelMap(ObjectId.open(BpfObject.MAP, id))) {
            maps.add(map.info());
          } catch (NotFound _) {
            // It went between the two calls.
          }
        });
    return maps;
  }

  @Override
  public BpfMap open(int id) {
    return new KernelMap(ObjectId.open(BpfObject.MAP, id));
  }

  @Override
  public BpfMap openPinned(Path path) {
    return new KernelMap(BpfFileSystem.open(BpfObject.MAP, path));
  }

  @Override
  public byte[] reference(BpfMap map) {
    return KernelMap.value(map);
  }

  @Override
  public byte[] reference(Program program) {
    return KernelMap.value(program);
  }

  @Override
  public Holders holders(int id) {
    return HolderScan.of(BpfObject.MAP, id);
  }

  @Override
  public Map<Integer, Holders> holders() {
    return HolderScan.of(BpfObject.MAP, _ -> true);
  }

  @Override
  public byte[] btf(int btfId) {
    return bytesOfBtf(btfId);
  }

  /** The bytes of type information with a number. */
  static byte[] bytesOfBtf(int btfId) {
    long result = BpfSyscall.openById(BpfCommand.BTF_GET_FD_BY_ID, btfId);
    if (BpfRefusal.is(result, Errno.ENOENT)) {
      throw new NotFound("BTF", Integer.toString(btfId));
    }
    String operation = "read BTF " + btfId;
    int number = BpfRefusal.check(operation, result, Privilege.CAP_SYS_ADMIN);
    try (Fd fd = new Fd(number);
        Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(BpfInfo.Btf.SIZE, Long.BYTES);
      BpfRefusal.check(operation, BpfSyscall.info(fd, info));
      int size = info.get(ValueLayout.JAVA_INT, BpfInfo.Btf.BTF_SIZE);
      MemorySegment btf = arena.allocate(Math.max(1, size), Long.BYTES);
      MemorySegment again = arena.allocate(BpfInfo.Btf.SIZE, Long.BYTES);
      again.set(ValueLayout.JAVA_LONG, BpfInfo.Btf.BTF, btf.address());
      again.set(ValueLayout.JAVA_INT, BpfInfo.Btf.BTF_SIZE, size);
      BpfRefusal.check(operation, BpfSyscall.info(fd, again));
      return btf.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
