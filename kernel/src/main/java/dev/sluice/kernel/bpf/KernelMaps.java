package dev.sluice.kernel.bpf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Pinning;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Holders;
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
    return spec.pinning() == Pinning.BY_NAME ? createPinned(spec).map() : make(spec);
  }

  /** A map with a name in the file system, and whether it was pinned just now. */
  record PinnedMap(KernelMap map, Path path, boolean isNew) {}

  /** Opens the map that is pinned under the spec's name, or makes and pins it. */
  PinnedMap createPinned(MapSpec spec) {
    Path path = BpfFileSystem.DEFAULT.resolve(spec.name());
    try {
      return new PinnedMap(openSameShape(spec, path), path, false);
    } catch (NotFound _) {
      KernelMap map = make(spec);
      try {
        map.pin(path);
        return new PinnedMap(map, path, true);
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
  private static KernelMap make(MapSpec spec) {
    if (spec.innerMap() == null) {
      return new KernelMap(make(spec, 0));
    }
    // The inner map only shows the shape: the kernel copies that and lets it go.
    try (KernelMap inner = make(spec.innerMap())) {
      return new KernelMap(make(spec, inner.fd().number()));
    }
  }

  private static Fd make(MapSpec spec, int innerMapFd) {
    long result = call(spec, innerMapFd);
    if (result >= 0) {
      return new Fd((int) result);
    }
    throw refused(spec, result);
  }

  private static long call(MapSpec spec, int innerMapFd) {
    try (BpfRequest request = new BpfRequest(MapCreate.SIZE)) {
      request
          .set(MapCreate.TYPE, spec.type().number())
          .set(MapCreate.KEY_SIZE, spec.keySize())
          .set(MapCreate.VALUE_SIZE, spec.valueSize())
          .set(MapCreate.MAX_ENTRIES, entries(spec))
          .set(MapCreate.FLAGS, spec.flagMask())
          .set(MapCreate.INNER_MAP_FD, innerMapFd)
          .name(MapCreate.NAME, spec.name());
      return request.call(BpfCommand.MAP_CREATE);
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
