package dev.sluice.engine.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.cause.ClassCause;
import dev.sluice.datapath.cause.FilterCause;
import dev.sluice.datapath.cause.QdiscCause;
import dev.sluice.datapath.cause.Scene;
import dev.sluice.datapath.cause.Wording;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.engine.Machine;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.sched.ClassView;
import dev.sluice.engine.sched.ClassfulDiscipline;
import dev.sluice.engine.sched.DisciplineRefusal;
import dev.sluice.engine.sched.QueueDiscipline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lists and changes the qdiscs, classes and filters of a host's devices, as rtnetlink does. */
public final class EngineTrafficControl implements TrafficControl {
  private final Machine machine;
  private final Supplier<List<? extends QueueDevice>> devices;
  private final IntFunction<@Nullable QueueDevice> byIndex;

  /**
   * The traffic control of a host.
   *
   * @param devices the devices in the order of their index
   * @param byIndex the device with an index; null if there is none
   */
  public EngineTrafficControl(
      Machine machine,
      Supplier<List<? extends QueueDevice>> devices,
      IntFunction<@Nullable QueueDevice> byIndex) {
    this.machine = machine;
    this.devices = devices;
    this.byIndex = byIndex;
  }

  private @Nullable QueueDevice find(Device device) {
    return byIndex.apply(device.index());
  }

  private QueueDevice get(Device device) {
    QueueDevice found = find(device);
    if (found == null) {
      throw new NotFound("device", device.name());
    }
    return found;
  }

  @Override
  public void qdiscs(@Nullable Device device, Consumer<QdiscEntry> consumer) {
    List<QdiscEntry> entries = new ArrayList<>();
    synchronized (machine) {
      if (device == null) {
        devices.get().forEach(each -> addQdiscs(each, entries));
      } else {
        addQdiscs(get(device), entries);
      }
    }
    entries.forEach(consumer);
  }

  private static void addQdiscs(QueueDevice device, List<QdiscEntry> entries) {
    QueueTree tree = device.tree();
    for (QueueDiscipline discipline : tree.all()) {
      entries.add(
          new QdiscEntry(
              device.device(),
              discipline.handle(),
              discipline.parent(),
              discipline.parent().equals(Handle.ROOT) ? 2 : 1,
              false,
              0,
              0,
              discipline.options(),
              discipline.statistics()));
    }
    QueueTree.HookDiscipline hook = tree.hook();
    if (hook != null) {
      entries.add(
          new QdiscEntry(
              device.device(),
              QueueTree.HookDiscipline.HANDLE,
              Handle.CLSACT,
              1,
              false,
              0,
              0,
              hook.options(),
              Statistics.ZERO));
    }
  }

  @Override
  public void classes(Device device, Handle parent, Consumer<ClassEntry> consumer) {
    List<ClassEntry> entries = new ArrayList<>();
    synchronized (machine) {
      for (QueueDiscipline discipline : get(device).tree().all()) {
        boolean wanted =
            parent.isUnspecified()
                || parent.equals(Handle.ROOT)
                || parent.major() == discipline.handle().major();
        if (wanted && discipline instanceof ClassfulDiscipline classful) {
          classful.forEachClass(view -> entries.add(entry(device, view)));
        }
      }
    }
    entries.forEach(consumer);
  }

  private static ClassEntry entry(Device device, ClassView view) {
    return new ClassEntry(
        device, view.id(), view.parent(), view.leaf(), view.trafficClass(), view.statistics());
  }

  @Override
  public void filters(FilterQuery query, Consumer<FilterEntry> consumer) {
    List<FilterEntry> entries = new ArrayList<>();
    synchronized (machine) {
      // A place that is not there has no filters, as a dump of the kernel's says.
      FilterBlock block;
      try {
        block = block(get(query.device()), query.parent());
      } catch (DisciplineRefusal e) {
        return;
      }
      block.list(query, entries::add);
    }
    entries.forEach(consumer);
  }

  @Override
  public FilterEntry filter(
      Device device,
      Handle parent,
      int priority,
      int protocol,
      @Nullable Integer chain,
      int handle,
      String kind) {
    String operation = "get filter " + kind + " at " + parent + " on " + device;
    synchronized (machine) {
      try {
        FilterQuery query = new FilterQuery(device, parent, priority, protocol, chain);
        return block(get(device), parent).get(query, handle, kind, operation);
      } catch (DisciplineRefusal e) {
        throw new KernelRejected(operation, e.errno().number(), e.kernelText(), null);
      }
    }
  }

  /** Bytes of the packets that a filter matched, which a kernel does not count; 0 if it is gone. */
  public long matchedBytes(FilterEntry entry) {
    synchronized (machine) {
      try {
        return block(get(entry.device()), entry.parent())
            .matchedBytes(entry.priority(), entry.handle());
      } catch (DisciplineRefusal e) {
        return 0;
      }
    }
  }

  /** The filters that a parent names ({@code __tcf_qdisc_find}, {@code __tcf_block_find}). */
  private static FilterBlock block(QueueDevice device, Handle parent) {
    QueueTree tree = device.tree();
    QueueDiscipline discipline = parent.isUnspecified() ? tree.root() : tree.find(parent.major());
    QueueTree.HookDiscipline hook = tree.hook();
    if (discipline == null
        && hook != null
        && parent.major() == QueueTree.HookDiscipline.HANDLE.major()) {
      return hookBlock(hook, parent);
    }
    if (discipline == null) {
      throw new DisciplineRefusal(Errno.EINVAL, "Parent Qdisc doesn't exists");
    }
    if (!(discipline instanceof ClassfulDiscipline classful)) {
      throw new DisciplineRefusal(Errno.EINVAL, "Qdisc not classful");
    }
    // Whether there are filters at all is asked before whether there is the class.
    FilterBlock own = classful.filters(null);
    if (parent.minor() == 0) {
      return own;
    }
    if (!classful.hasClass(parent)) {
      throw noClass();
    }
    return classful.filters(parent);
  }

  private static DisciplineRefusal noClass() {
    return new DisciplineRefusal(Errno.ENOENT, "Specified class doesn't exist");
  }

  private static FilterBlock hookBlock(QueueTree.HookDiscipline hook, Handle parent) {
    FilterBlock egress = hook.egress();
    if (egress == null || parent.equals(Handle.CLSACT_INGRESS)) {
      // An ingress qdisc takes any minor number for its one place.
      return hook.ingress();
    }
    if (parent.minor() == 0) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    if (!parent.equals(Handle.CLSACT_EGRESS)) {
      throw noClass();
    }
    return egress;
  }

  @Override
  public List<Outcome> apply(List<? extends Change> changes, OnRefusal onRefusal) {
    List<Outcome> outcomes = new ArrayList<>(changes.size());
    synchronized (machine) {
      boolean stopped = false;
      for (Change change : changes) {
        Outcome outcome = stopped ? new Outcome.NotTried(change) : applyOne(change);
        stopped |= outcome instanceof Outcome.Refused && onRefusal == OnRefusal.STOP;
        outcomes.add(outcome);
      }
    }
    return outcomes;
  }

  private Outcome applyOne(Change change) {
    String operation = Wording.of(change);
    QueueDevice device = find(change.device());
    if (device == null) {
      return new Outcome.Refused(
          change,
          new KernelRejected(
              operation,
              Errno.ENODEV.number(),
              null,
              "device " + change.device() + " (index " + change.device().index() + ") is gone"));
    }
    try {
      return new Outcome.Done(change, done(device, change, operation));
    } catch (DisciplineRefusal e) {
      return new Outcome.Refused(
          change,
          new KernelRejected(operation, e.errno().number(), e.kernelText(), rule(change, e)));
    } catch (SluiceException e) {
      return new Outcome.Refused(change, e);
    }
  }

  private List<String> done(QueueDevice device, Change change, String operation) {
    switch (change) {
      case Change.OfQdisc qdisc -> {
        if (qdisc.estimator() != null) {
          throw estimator(operation);
        }
        new QdiscRequests(device).apply(qdisc);
        return List.of();
      }
      case Change.OfClass trafficClass -> {
        if (trafficClass.estimator() != null) {
          throw estimator(operation);
        }
        return new ClassRequests(device).apply(trafficClass);
      }
      case Change.OfFilter filter -> {
        return block(device, filter.parent()).apply(filter, operation);
      }
    }
  }

  private static Unsupported estimator(String operation) {
    return new Unsupported(
        "a rate estimator", operation + ": the engine estimates no rates; its counters tell them");
  }

  private @Nullable String rule(Change change, DisciplineRefusal refusal) {
    Scene scene = new Scene(this, change.device());
    int errno = refusal.errno().number();
    return switch (change) {
      case Change.OfQdisc qdisc -> QdiscCause.of(scene, qdisc, errno);
      case Change.OfClass trafficClass -> ClassCause.of(scene, trafficClass, errno);
      case Change.OfFilter filter ->
          FilterCause.of(
              scene, filter, errno, refusal.kernelText(), index -> byIndex.apply(index) != null);
    };
  }
}
