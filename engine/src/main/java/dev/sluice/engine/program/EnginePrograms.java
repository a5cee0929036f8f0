package dev.sluice.engine.program;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.btf.ObjectBtf;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.InitialContents;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.Programs;
import dev.sluice.engine.Machine;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.EngineMaps;
import dev.sluice.engine.map.OpenMap;
import dev.sluice.engine.map.ProgramArray;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.verifier.Verified;
import dev.sluice.engine.verifier.Verifier;
import dev.sluice.engine.vm.Executable;
import dev.sluice.engine.vm.ExecutionMode;
import dev.sluice.engine.vm.Surroundings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Loads and finds programs of a machine. */
public final class EnginePrograms implements Programs {
  private final Machine machine;
  private final EngineMaps maps;
  private final TestBench bench;
  private final ExecutionMode mode;

  /**
   * The programs of a machine.
   *
   * @param maps the machine's maps
   * @param surroundings what programs see in a test run
   * @param mode how programs are run
   */
  public EnginePrograms(
      Machine machine, EngineMaps maps, Surroundings surroundings, ExecutionMode mode) {
    this.machine = machine;
    this.maps = maps;
    this.mode = mode;
    bench = new TestBench(surroundings);
  }

  @Override
  public Program load(ProgramSpec spec, Map<String, ? extends BpfMap> given) {
    synchronized (machine) {
      Map<String, EngineMap> named = new LinkedHashMap<>();
      for (String name : spec.mapNames()) {
        BpfMap map = given.get(name);
        if (map == null) {
          throw new NotFound(
              "map", name + ", which program " + spec.name() + " names; given " + given.keySet());
        }
        named.put(name, OpenMap.of(map));
      }
      Verified verified = Verifier.verify(spec, named);
      Executable executable = mode.prepare(verified.program(), named);
      for (EngineMap map : named.values()) {
        if (map instanceof ProgramArray programs && !programs.admits(spec.type())) {
          throw new KernelRejected(
              "load program " + spec.name(),
              Errno.EINVAL.number(),
              null,
              map + " holds programs of another type");
        }
      }
      EngineProgram program =
          new EngineProgram(machine, spec, named, executable, verified.instructionsProcessed());
      return open(program);
    }
  }

  /** A handle that takes over a reference. */
  private Program open(EngineProgram program) {
    program.handOver();
    return new OpenProgram(machine, program, bench);
  }

  @Override
  public LoadedObject load(ObjectSpec spec) {
    Map<String, BpfMap> made = new LinkedHashMap<>();
    Map<String, Program> loaded = new LinkedHashMap<>();
    List<Path> newPins = new ArrayList<>();
    boolean complete = false;
    ObjectBtf types = ObjectBtf.of(spec);
    try {
      for (MapSpec map : spec.maps()) {
        EngineMaps.Created created = maps.create(map, types);
        made.put(map.name(), created.map());
        if (created.newPin() != null) {
          newPins.add(created.newPin());
        }
      }
      for (ProgramSpec program : spec.programs()) {
        loaded.put(program.name(), load(program, made));
      }
      InitialContents.putReferences(spec, maps, made, loaded);
      complete = true;
      return new LoadedObject(loaded, made);
    } finally {
      if (!complete) {
        loaded.values().forEach(Program::close);
        made.values().forEach(BpfMap::close);
        newPins.forEach(maps::unpin);
      }
    }
  }

  @Override
  public List<ProgramInfo> list() {
    synchronized (machine) {
      List<ProgramInfo> programs = new ArrayList<>();
      for (EngineObject object : machine.programs().list()) {
        if (object instanceof EngineProgram program) {
          programs.add(program.info());
        }
      }
      return programs;
    }
  }

  @Override
  public Program open(int id) {
    synchronized (machine) {
      if (machine.programs().find(id) instanceof EngineProgram program) {
        program.acquire();
        return open(program);
      }
      throw new NotFound("program", Integer.toString(id));
    }
  }

  @Override
  public Program openPinned(Path path) {
    synchronized (machine) {
      if (machine.pins().find(path) instanceof EngineProgram program) {
        program.acquire();
        return open(program);
      }
      throw new NotFound("pinned program", path.toString());
    }
  }

  @Override
  public Holders holders(int id) {
    synchronized (machine) {
      EngineObject program = machine.programs().find(id);
      return program == null ? Holders.NOBODY : machine.holdersOf(program);
    }
  }

  @Override
  public Map<Integer, Holders> holders() {
    synchronized (machine) {
      Map<Integer, Holders> holders = new TreeMap<>();
      for (EngineObject program : machine.programs().list()) {
        holders.put(program.id(), machine.holdersOf(program));
      }
      return holders;
    }
  }

  @Override
  public AutoCloseable enableStatistics() {
    synchronized (machine) {
      machine.startStatistics();
    }
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        synchronized (machine) {
          machine.stopStatistics();
        }
      }
    };
  }
}
