package dev.sluice.engine.program;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.Machine;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Executable;
import dev.sluice.engine.vm.Execution;
import java.util.List;

/** A loaded program. It holds the maps it names. */
public final class EngineProgram extends EngineObject {
  private final ProgramSpec spec;
  private final List<EngineMap> maps;
  private final Executable executable;

  /** A program with one reference, the maker's. */
  public EngineProgram(
      Machine machine, ProgramSpec spec, List<EngineMap> maps, Executable executable) {
    super(machine.programs());
    this.spec = spec;
    this.maps = List.copyOf(maps);
    this.executable = executable;
    maps.forEach(EngineMap::acquire);
  }

  /** What it was loaded from. */
  public ProgramSpec spec() {
    return spec;
  }

  /** What runs it. */
  public Executable executable() {
    return executable;
  }

  /**
   * Runs it on a packet.
   *
   * @return its verdict, or for XDP its action
   */
  public int run(Execution execution, SocketBuffer packet) {
    execution.begin(packet);
    return (int) executable.run(execution);
  }

  @Override
  protected void dispose() {
    maps.forEach(EngineMap::release);
  }

  @Override
  public String toString() {
    return "program " + id() + " (" + spec.name() + ")";
  }
}
