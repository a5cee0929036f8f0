package dev.sluice.conformance.kernel;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionState;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.Machine;
import dev.sluice.engine.filter.ClassBinder;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.filter.FilterScene;
import dev.sluice.engine.filter.Redirector;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.MapSlots;
import dev.sluice.engine.vm.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The same place for filters twice: in the kernel and in the engine. What is done to one is done to
 * the other, and answers and listings can be compared.
 */
final class TwinFilters {
  /**
   * Numbers of actions from here on are compared. The kernel frees those of a filter some time
   * after it is gone, so that nobody can say which it gives out next.
   */
  static final int FIRST_CHOSEN_INDEX = 1000;

  private final TrafficControl kernel;
  private final Device device;
  private final Handle parent;
  private final FilterBlock engine;
  private final Names names;

  /**
   * A place of the kernel and one of the engine that is like it.
   *
   * @param devices the devices that the engine believes to be there, by name; all are down
   */
  TwinFilters(TrafficControl kernel, Device device, Handle parent, Map<String, Device> devices) {
    this.kernel = kernel;
    this.device = device;
    this.parent = parent;
    names = new Names(devices);
    FilterScene scene =
        new FilterScene(
            new Machine(() -> 0, 1),
            new Execution(new Nothing()),
            new DownDevices(devices),
            names,
            TwinFilters::noProgram);
    engine = new FilterBlock(scene, device, parent, ClassBinder.NONE);
  }

  private static EngineProgram noProgram(Program program) {
    throw new IllegalArgumentException("no programs here: " + program);
  }

  /** The index of a device. */
  int indexOf(String name) {
    return names.indexOf(name);
  }

  FilterBlock engine() {
    return engine;
  }

  Device device() {
    return device;
  }

  Handle parent() {
    return parent;
  }

  /** What came of a change: {@code done}, or the number and the words of its refusal. */
  String applyToKernel(Change.OfFilter change) {
    return answer(() -> kernel.apply(change));
  }

  /** The same of the engine. */
  String applyToEngine(Change.OfFilter change) {
    return answer(() -> engine.apply(change, "change filters"));
  }

  private static String answer(Runnable doing) {
    try {
      doing.run();
      return "done";
    } catch (KernelRejected refused) {
      return Errno.nameOf(refused.errno()) + " " + refused.kernelText();
    }
  }

  List<FilterEntry> kernelEntries() {
    return comparable(kernel.filters(device, parent));
  }

  List<FilterEntry> engineEntries() {
    List<FilterEntry> entries = new ArrayList<>();
    engine.list(TrafficControl.FilterQuery.all(device, parent), entries::add);
    return comparable(entries);
  }

  /** What asking for one filter leads to. */
  String getFromKernel(int priority, int protocol, int handle, String kind) {
    return got(() -> kernel.filter(device, parent, priority, protocol, null, handle, kind));
  }

  /** The same of the engine. */
  String getFromEngine(int priority, int protocol, int handle, String kind) {
    return got(
        () ->
            engine.get(
                new TrafficControl.FilterQuery(device, parent, priority, protocol, null),
                handle,
                kind,
                "ask"));
  }

  private static String got(Supplier<FilterEntry> asking) {
    try {
      return comparable(asking.get()).toString();
    } catch (NotFound notFound) {
      return "not found: " + notFound.kernelText();
    } catch (KernelRejected refused) {
      return Errno.nameOf(refused.errno()) + " " + refused.kernelText();
    }
  }

  private static List<FilterEntry> comparable(List<FilterEntry> entries) {
    return entries.stream().map(TwinFilters::comparable).toList();
  }

  /** An entry without what this kernel's build does not tell, and without times. */
  private static FilterEntry comparable(FilterEntry entry) {
    Filter filter = entry.filter();
    Filter known =
        switch (filter) {
          case null -> null;
          case U32 u32 ->
              new U32(
                  u32.classId(),
                  u32.hashTable(),
                  u32.link(),
                  u32.divisor(),
                  u32.selector(),
                  null,
                  u32.inDevice(),
                  u32.flags(),
                  described(u32.actions()),
                  u32.police(),
                  null);
          case BpfFilter bpf ->
              new BpfFilter(
                  bpf.source(),
                  bpf.directAction(),
                  bpf.classId(),
                  bpf.flags(),
                  described(bpf.actions()));
          case Filter.Unknown unknown -> unknown;
        };
    return new FilterEntry(
        entry.device(),
        entry.parent(),
        entry.priority(),
        entry.protocol(),
        entry.chain(),
        entry.kind(),
        entry.handle(),
        known,
        entry.actionStates().stream().map(TwinFilters::timeless).toList());
  }

  /** How an action was made is told in its state. */
  private static List<Action> described(List<Action> actions) {
    List<Action> described = new ArrayList<>();
    for (Action action : actions) {
      described.add(
          action instanceof Action.Mirred mirred
              ? new Action.Mirred(
                  mirred.mode(),
                  mirred.deviceIndex(),
                  mirred.control(),
                  mirred.index() < FIRST_CHOSEN_INDEX ? 0 : mirred.index())
              : action);
    }
    return described;
  }

  private static ActionState timeless(ActionState state) {
    return new ActionState(
        state.order(),
        state.references(),
        state.bindings(),
        0,
        0,
        0,
        state.expiresTicks(),
        state.cookie(),
        state.hardwareStatistics(),
        state.usedHardwareStatistics(),
        state.flags(),
        state.inHardwareCount(),
        state.statistics());
  }

  /** Devices that are there and take nothing, so that nothing needs to be sent. */
  private record DownDevices(Map<String, Device> devices) implements Redirector {
    @Override
    public boolean hasDevice(int index) {
      return devices.values().stream().anyMatch(device -> device.index() == index);
    }

    @Override
    public boolean isUp(int index) {
      return false;
    }

    @Override
    public boolean redirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
      throw new AssertionError("the device is down");
    }

    @Override
    public SocketBuffer copy(SocketBuffer packet) {
      throw new AssertionError("the device is down");
    }

    @Override
    public void consume(SocketBuffer packet) {}
  }

  private record Names(Map<String, Device> devices) implements FilterScene.DeviceNames {
    @Override
    public int indexOf(String name) {
      Device device = devices.get(name);
      return device == null ? 0 : device.index();
    }

    @Override
    public @Nullable String nameOf(int index) {
      return devices.values().stream()
          .filter(device -> device.index() == index)
          .map(Device::name)
          .findFirst()
          .orElse(null);
    }
  }

  /** A machine without anything around. */
  private static final class Nothing implements Surroundings {
    private final MapSlots slots = new MapSlots();

    @Override
    public long nanoseconds() {
      return 0;
    }

    @Override
    public int random() {
      return 4;
    }

    @Override
    public MapSlots mapSlots() {
      return slots;
    }

    @Override
    public int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
      return -Errno.EINVAL.number();
    }

    @Override
    public int mtu(int deviceIndex) {
      return -1;
    }

    @Override
    public void trace(String line) {}

    @Override
    public @Nullable EventSink events() {
      return null;
    }
  }
}
