package dev.sluice.engine.filter;

import dev.sluice.datapath.program.Program;
import dev.sluice.engine.Machine;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.vm.Execution;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the filters of a host have in common: the host's devices, its tables of actions, and the
 * memory that programs run in.
 */
public final class FilterScene {
  private final Machine machine;
  private final Execution execution;
  private final Redirector redirector;
  private final DeviceNames devices;
  private final Function<Program, EngineProgram> unwrap;
  private final ActionTables actions = new ActionTables();

  /** The names of a host's devices. */
  public interface DeviceNames {
    /** The index of the device with a name; 0 if there is none. */
    int indexOf(String name);

    /** The name of the device with an index; null if there is none. */
    @Nullable String nameOf(int index);
  }

  /**
   * The filters' surroundings at a host.
   *
   * @param machine the host's machine
   * @param execution the memory that filters' programs run in
   * @param redirector takes packets that go elsewhere
   * @param devices the host's devices
   * @param unwrap the program behind a handle; throws {@link IllegalArgumentException} for a handle
   *     of another datapath
   */
  public FilterScene(
      Machine machine,
      Execution execution,
      Redirector redirector,
      DeviceNames devices,
      Function<Program, EngineProgram> unwrap) {
    this.machine = machine;
    this.execution = execution;
    this.redirector = redirector;
    this.devices = devices;
    this.unwrap = unwrap;
  }

  /** Nanoseconds of the machine's clock. */
  long now() {
    return machine.clock().nanoseconds();
  }

  /** The next random number. */
  int random() {
    return machine.nextRandom();
  }

  Execution execution() {
    return execution;
  }

  Redirector redirector() {
    return redirector;
  }

  DeviceNames devices() {
    return devices;
  }

  ActionTables actions() {
    return actions;
  }

  /** The program behind a handle. */
  EngineProgram programOf(Program handle) {
    return unwrap.apply(handle);
  }
}
