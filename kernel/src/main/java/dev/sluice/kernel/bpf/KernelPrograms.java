package dev.sluice.kernel.bpf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.InitialContents;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.Programs;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.syscall.Fd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loads and finds programs of the kernel. They belong to no network namespace. */
public final class KernelPrograms implements Programs {
  private final NetworkNamespace namespace;
  private final KernelMaps maps = new KernelMaps();

  /**
   * The programs as seen from a namespace.
   *
   * @param namespace where test runs find devices
   */
  public KernelPrograms(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  @Override
  public Program load(ProgramSpec spec, Map<String, ? extends BpfMap> maps) {
    try (LoadedBtf types = LoadedBtf.of(spec)) {
      return load(spec, maps, types);
    }
  }

  private Program load(ProgramSpec spec, Map<String, ? extends BpfMap> maps, LoadedBtf types) {
    List<Fd> used = new ArrayList<>();
    try {
      Fd fd = ProgramLoad.load(spec, name -> descriptor(spec, maps, name, used), types);
      return new KernelProgram(fd, namespace);
    } finally {
      used.forEach(Fd::release);
    }
  }

  /** The descriptor of a map that a program names, acquired for the load. */
  private static int descriptor(
      ProgramSpec spec, Map<String, ? extends BpfMap> maps, String name, List<Fd> used) {
    BpfMap map = maps.get(name);
    if (map == null) {
      throw new NotFound(
          "map", name + ", which program " + spec.name() + " names; given " + maps.keySet());
    }
    Fd fd = KernelMap.of(map).fd();
    int number = fd.acquire();
    used.add(fd);
    return number;
  }

  @Override
  public LoadedObject load(ObjectSpec spec) {
    Map<String, BpfMap> made = new LinkedHashMap<>();
    Map<String, Program> loaded = new LinkedHashMap<>();
    List<Path> newPins = new ArrayList<>();
    boolean complete = false;
    try (LoadedBtf types = LoadedBtf.of(spec)) {
      for (MapSpec map : spec.maps()) {
        KernelMaps.Created created = KernelMaps.create(map, types);
        made.put(map.name(), created.map());
        if (created.newPin() != null) {
          newPins.add(created.newPin());
        }
      }
      for (ProgramSpec program : spec.programs()) {
        loaded.put(program.name(), load(program, made, types));
      }
      InitialContents.putReferences(spec, maps, made, loaded);
      complete = true;
      return new LoadedObject(loaded, made);
    } finally {
      if (!complete) {
        loaded.values().forEach(Program::close);
        made.values().forEach(BpfMap::close);
        newPins.forEach(BpfFileSystem::unpin);
      }
    }
  }

  @Override
  public List<ProgramInfo> list() {
    List<ProgramInfo> programs = new ArrayList<>();
    ObjectId.forEach(
        BpfObject.PROGRAM,
        id -> {
          try (Program program = open(id)) {
            programs.add(program.info());
          } catch (NotFound _) {
            // It went between the two calls.
          }
        });
    return programs;
  }

  @Override
  public Program open(int id) {
    return new KernelProgram(ObjectId.open(BpfObject.PROGRAM, id), namespace);
  }

  @Override
  public Program openPinned(Path path) {
    return new KernelProgram(BpfFileSystem.open(BpfObject.PROGRAM, path), namespace);
  }

  @Override
  public Holders holders(int id) {
    return HolderScan.of(BpfObject.PROGRAM, id);
  }

  @Override
  public Map<Integer, Holders> holders() {
    return HolderScan.of(BpfObject.PROGRAM, _ -> true);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The kernel counts runs and their time while anybody has asked for it ({@code
   * BPF_ENABLE_STATS}); programs run some nanoseconds slower meanwhile.
   */
  @Override
  public AutoCloseable enableStatistics() {
    return new Fd(
        BpfRefusal.check(
            "switch on BPF statistics", BpfSyscall.enableStatistics(), Privilege.CAP_SYS_ADMIN));
  }
}
