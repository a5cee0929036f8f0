package dev.sluice.engine.map;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.btf.ObjectBtf;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.InitialContents;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.Maps;
import dev.sluice.datapath.program.Program;
import dev.sluice.engine.Machine;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.OpenProgram;
import dev.sluice.engine.vm.GuestMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The maps of a machine. */
public final class EngineMaps implements Maps {
  /** Where maps are pinned that ask for it by name. */
  private static final Path PINS = Path.of("/sys/fs/bpf");

  /** Flags of the maker's handle, not of the map ({@code bpf_map_flags_retain_permanent}). */
  private static final int OF_HANDLES = MapFlag.RDONLY.mask() | MapFlag.WRONLY.mask();

  private final Machine machine;

  /** The maps of a machine. */
  public EngineMaps(Machine machine) {
    this.machine = machine;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A map with {@link Pinning#BY_NAME} is the one that is pinned under its name in {@code
   * /sys/fs/bpf} of the machine, or is made and pinned there.
   *
   * @throws InvalidInput if the map pinned under its name has another shape
   * @throws Unsupported if the engine has no maps of this type
   */
  @Override
  public BpfMap create(MapSpec spec) {
    return create(spec, ObjectBtf.of(new ObjectSpec(List.of(), List.of(spec)))).map();
  }

  /**
   * A map that was made or opened.
   *
   * @param map the map
   * @param newPin where it was pinned just now; null if it was not
   */
  public record Created(BpfMap map, @Nullable Path newPin) {}

  /** Makes a map, or opens the one that is pinned under its name, with types that know it. */
  public Created create(MapSpec spec, ObjectBtf types) {
    synchronized (machine) {
      if (spec.pinning() == Pinning.NONE) {
        return new Created(made(make(spec, types), spec), null);
      }
      Path path = PINS.resolve(spec.name());
      if (machine.pins().find(path) instanceof EngineMap pinned) {
        requireSameShape(pinned.shape(), spec, path);
        pinned.acquire();
        return new Created(open(pinned), null);
      }
      EngineMap made = make(spec, types);
      machine.pins().pin(made, path);
      return new Created(made(made, spec), path);
    }
  }

  /** Removes a pin that {@link #create} made. */
  public void unpin(Path path) {
    synchronized (machine) {
      machine.pins().unpin(path);
    }
  }

  /** A handle that takes over a reference. */
  private OpenMap open(EngineMap map) {
    map.handOver();
    return new OpenMap(machine, map, true, true);
  }

  /** The maker's handle: whether it may only read or write is asked for with the map's flags. */
  private OpenMap made(EngineMap map, MapSpec spec) {
    map.handOver();
    OpenMap handle =
        new OpenMap(
            machine,
            map,
            !spec.flags().contains(MapFlag.WRONLY),
            !spec.flags().contains(MapFlag.RDONLY));
    try {
      InitialContents.put(handle, spec);
      return handle;
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  private static void requireSameShape(MapInfo pinned, MapSpec spec, Path path) {
    boolean same =
        pinned.type() == spec.type()
            && pinned.keySize() == spec.keySize()
            && pinned.valueSize() == spec.valueSize()
            && pinned.maxEntries() == entries(spec)
            && (pinned.flags() & spec.flagMask()) == spec.flagMask();
    if (!same) {
      throw new InvalidInput(
          path.toString(),
          0,
          0,
          "the map pinned here has keys of %d and values of %d bytes and %d entries, and %s wants %s, %d, %d and %d"
              .formatted(
                  pinned.keySize(),
                  pinned.valueSize(),
                  pinned.maxEntries(),
                  spec.name(),
                  spec.type().kernelName(),
                  spec.keySize(),
                  spec.valueSize(),
                  entries(spec)));
    }
  }

  /** A perf event array without a size gets a place for each processor, as libbpf does. */
  static int entries(MapSpec spec) {
    return spec.type() == MapType.PERF_EVENT_ARRAY && spec.maxEntries() == 0
        ? Machine.PROCESSORS
        : spec.maxEntries();
  }

  private EngineMap make(MapSpec spec, ObjectBtf types) {
    MapRules.check(spec);
    int lock =
        types.map(spec.name()).isPresent() ? ValueLock.in(spec.valueType()) : EngineMap.NO_LOCK;
    if (lock != EngineMap.NO_LOCK) {
      MapRules.checkLocked(spec);
    }
    try {
      return make(spec, types, lock);
    } catch (OutOfMemoryError _) {
      throw MapRules.refused(spec, Results.ENOMEM, "the Java heap has no room for it");
    }
  }

  private EngineMap make(MapSpec spec, ObjectBtf types, int lock) {
    MapInfo shape = shape(spec, types);
    return switch (spec.type()) {
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH -> new HashedMap(machine, shape, lock);
      case ARRAY, PERCPU_ARRAY -> new ArrayMap(machine, shape, lock);
      case LPM_TRIE -> new PrefixTrie(machine, shape);
      case PROG_ARRAY -> new ProgramArray(machine, shape);
      case PERF_EVENT_ARRAY -> new PerfEventArray(machine, shape);
      case RINGBUF -> new RingBuffer(machine, shape);
      case QUEUE, STACK -> new QueueMap(machine, shape);
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> {
        MapSpec inner = spec.innerMap();
        if (inner == null) {
          throw MapRules.refused(spec, Results.EBADF, "a map of maps needs an inner map");
        }
        yield new MapOfMaps(machine, shape, shape(inner, types));
      }
      default -> throw MapRules.unsupported(spec.type());
    };
  }

  private MapInfo shape(MapSpec spec, ObjectBtf types) {
    boolean perCpu = spec.type().isPerCpu();
    int keyType = types.map(spec.name()).map(ids -> ids.keyId()).orElse(0);
    int valueType = types.map(spec.name()).map(ids -> ids.valueId()).orElse(0);
    return new MapInfo(
        0,
        spec.type(),
        spec.type().number(),
        spec.name(),
        spec.keySize(),
        spec.valueSize(),
        perCpu ? ((spec.valueSize() + 7) & ~7) * Machine.PROCESSORS : spec.valueSize(),
        entries(spec),
        spec.flagMask() & ~OF_HANDLES,
        keyType == 0 ? 0 : machine.addBtf(types.blob()),
        keyType,
        valueType);
  }

  @Override
  public List<MapInfo> list() {
    synchronized (machine) {
      List<MapInfo> infos = new ArrayList<>();
      for (EngineObject object : machine.maps().list()) {
        if (object instanceof EngineMap map) {
          infos.add(map.info());
        }
      }
      return infos;
    }
  }

  @Override
  public BpfMap open(int id) {
    synchronized (machine) {
      if (machine.maps().find(id) instanceof EngineMap map) {
        map.acquire();
        return open(map);
      }
      throw new NotFound("map", Integer.toString(id));
    }
  }

  @Override
  public BpfMap openPinned(Path path) {
    synchronized (machine) {
      if (machine.pins().find(path) instanceof EngineMap map) {
        map.acquire();
        return open(map);
      }
      throw new NotFound("pinned map", path.toString());
    }
  }

  @Override
  public byte[] reference(BpfMap map) {
    return reference(OpenMap.of(map).id());
  }

  @Override
  public byte[] reference(Program program) {
    return reference(OpenProgram.of(program).id());
  }

  private static byte[] reference(int id) {
    byte[] value = new byte[4];
    GuestMemory.putInt(value, 0, id);
    return value;
  }

  @Override
  public Holders holders(int id) {
    synchronized (machine) {
      EngineObject map = machine.maps().find(id);
      return map == null ? Holders.NOBODY : machine.holdersOf(map);
    }
  }

  @Override
  public Map<Integer, Holders> holders() {
    synchronized (machine) {
      Map<Integer, Holders> holders = new TreeMap<>();
      machine.maps().list().forEach(map -> holders.put(map.id(), machine.holdersOf(map)));
      return holders;
    }
  }

  @Override
  public byte[] btf(int btfId) {
    synchronized (machine) {
      return machine.btf(btfId);
    }
  }
}
