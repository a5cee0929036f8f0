package dev.sluice.kernel.bpf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Holders;
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
  private final KernelMaps maps;

  /**
   * The programs as seen from a namespace.
   *
   * @param namespace where test runs find devices
   * @param maps makes the maps of objects
   */
  public KernelPrograms(NetworkNamespace namespace, KernelMaps maps) {
    this.namespace = namespace;
    this.maps = maps;
  }

  @Override
  public Program load(ProgramSpec spec, Map<String, ? extends BpfMap> maps) {
    Fd fd =
        ProgramLoad.load(
            spec,
            name -> {
              BpfMap map = maps.get(name);
              if (map == null) {
                throw new NotFound(
                    "map",
                    name + ", which program " + spec.name() + " names; given " + maps.keySet());
              }
              return KernelMap.of(map).fd().number();
            });
    return new KernelProgram(fd, namespace);
  }

  @Override
  public LoadedObject load(ObjectSpec spec) {
    Map<String, BpfMap> made = new LinkedHashMap<>();
    Map<String, Program> loaded = new LinkedHashMap<>();
    List<Path> newPins = new ArrayList<>();
    boolean complete = false;
    try {
      for (MapSpec map : spec.maps()) {
        made.put(map.name(), make(map, newPins));
      }
      for (ProgramSpec program : spec.programs()) {
        loaded.put(program.name(), load(program, made));
      }
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

  private BpfMap make(MapSpec spec, List<Path> newPins) {
    if (spec.pinning() != Pinning.BY_NAME) {
      return maps.create(spec);
    }
    KernelMaps.PinnedMap pinned = maps.createPinned(spec);
    if (pinned.isNew()) {
      newPins.add(pinned.path());
    }
    return pinned.map();
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
