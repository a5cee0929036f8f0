package dev.sluice.policy.arrival;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.policy.queue.QueueDiff;
import dev.sluice.policy.queue.QueuePlan;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.Label;
import dev.sluice.policy.step.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares what is done with devices' arrivals, as it was when looked at, with what should be. */
public final class Arrivals {
  /** Stands for an {@code ifb} that is not there yet. */
  private static final int NO_INDEX = Integer.MAX_VALUE;

  private final Datapath datapath;
  private final Steering steering;
  private final SteeringLinks links;
  private final IfbActions actions;
  private final Map<String, Device> devices = new LinkedHashMap<>();
  private final Map<Integer, Intermediate> own = new LinkedHashMap<>();
  private final SortedMap<Integer, Integer> entries;

  private Arrivals(Datapath datapath, Steering steering, SteeringLinks links) {
    this.datapath = datapath;
    this.steering = steering;
    this.links = links;
    actions = new IfbActions(datapath, steering);
    datapath.devices().forEach(device -> devices.put(device.name(), device));
    for (Intermediate ifb : datapath.intermediates().list()) {
      if (OwnIfb.owns(ifb)) {
        own.put(OwnIfb.indexOf(ifb.device()), ifb);
      }
    }
    entries = steering.entries();
  }

  /** Looks at what is there. */
  public static Arrivals look(Datapath datapath, Steering steering, SteeringLinks links) {
    return new Arrivals(datapath, steering, links);
  }

  /** Whether anything of ours has to do with a device's arrivals. */
  public boolean areHandled(Device device) {
    return own.containsKey(device.index())
        || entries.containsKey(device.index())
        || links.isAttached(device);
  }

  /**
   * What is to be done for a device.
   *
   * @param wanted the queue that its arrivals should pass; null for none
   */
  public ArrivalPlan plan(Device device, @Nullable QueueTree wanted) {
    List<Step> steps = new ArrayList<>();
    List<String> obstacles = new ArrayList<>();
    if (wanted == null) {
      release(device, steps);
    } else {
      hold(device, wanted, steps, obstacles);
    }
    return obstacles.isEmpty()
        ? new ArrivalPlan(steps, List.of())
        : new ArrivalPlan(List.of(), obstacles);
  }

  /** Removes what belongs to devices that are gone. */
  public ArrivalPlan planLeftovers() {
    TreeSet<Integer> gone = new TreeSet<>(own.keySet());
    gone.addAll(entries.keySet());
    devices.values().forEach(device -> gone.remove(device.index()));
    List<Step> steps = new ArrayList<>();
    for (int index : gone) {
      remove(index, "the device with index " + index + ", which is gone", steps);
    }
    return new ArrivalPlan(steps, List.of());
  }

  private void release(Device device, List<Step> steps) {
    if (links.isAttached(device)) {
      steps.add(
          Step.hitless(
              device.name(),
              "take " + Steering.PROGRAM + " out of the ingress chain of " + device,
              () -> links.detach(device),
              () -> links.attach(device, steering.program())));
    }
    remove(device.index(), device.name(), steps);
  }

  private void remove(int index, String device, List<Step> steps) {
    if (entries.containsKey(index)) {
      steps.add(unsteer(index, device));
    }
    Intermediate ifb = own.get(index);
    if (ifb != null) {
      steps.add(delete(ifb, device, Label.LOSSY, "nothing is to pass it any more"));
    }
  }

  private void hold(Device device, QueueTree wanted, List<Step> steps, List<String> obstacles) {
    int index = device.index();
    String name = OwnIfb.name(index);
    Intermediate ifb = own.get(index);
    Integer entry = entries.get(index);
    boolean steered = ifb != null && entry != null && entry == ifb.device().index();
    if (ifb != null && ifb.up()) {
      change(device, ifb.device(), wanted, steps, obstacles);
    } else {
      if (ifb != null) {
        if (entry != null) {
          steps.add(unsteer(index, device.name()));
        }
        steps.add(delete(ifb, device.name(), Label.REBUILD, "somebody switched it off"));
        steered = false;
      } else if (devices.containsKey(name)) {
        obstacles.add(
            "a device is called "
                + name
                + " that somebody else made, where the ifb for what arrives at "
                + device
                + " would be. Remove it with `ip link del "
                + name
                + "`, or rename it");
      }
      steps.add(make(device, name, wanted));
    }
    if (!steered) {
      steps.add(
          Step.hitless(
              device.name(),
              "send what arrives at " + device + " to " + name,
              () -> actions.steer(index),
              () -> steering.remove(index)));
    }
    if (!links.isAttached(device)) {
      steps.add(
          Step.hitless(
              device.name(),
              "put " + Steering.PROGRAM + " at the end of the ingress chain of " + device,
              () -> links.attach(device, steering.program()),
              () -> links.detach(device)));
    }
  }

  private void change(
      Device device, Device ifb, QueueTree wanted, List<Step> steps, List<String> obstacles) {
    QueuePlan queue = QueueDiff.of(datapath.trafficControl(), ifb, wanted);
    if (queue.foreign() != null) {
      obstacles.add(queue.foreign().toString());
    }
    queue.steps().forEach(step -> steps.add(step.withDevice(device.name())));
  }

  private Step make(Device device, String name, QueueTree wanted) {
    Device later = new Device(NO_INDEX, name);
    List<ChangeStep> queue =
        QueueDiff.of(datapath.trafficControl(), later, List.of(), List.of(), wanted).steps();
    String classes =
        wanted instanceof QueueTree.Shared shared
            ? " with " + shared.classes().size() + " classes"
            : "";
    return Step.hitless(
        device.name(),
        "make ifb "
            + name
            + " for what arrives at "
            + device
            + ", "
            + queue.getFirst().sentence()
            + classes,
        () -> actions.make(name, queue),
        () -> actions.delete(name));
  }

  private Step unsteer(int index, String device) {
    return Step.hitless(
        device,
        "send nothing of what arrives at " + device + " to " + OwnIfb.name(index) + " any more",
        () -> steering.remove(index),
        () -> actions.steer(index));
  }

  private Step delete(Intermediate ifb, String device, Label label, String why) {
    QueuePlan queue = QueueDiff.of(datapath.trafficControl(), ifb.device(), null);
    List<Change> restore = new ArrayList<>();
    queue.steps().forEach(step -> restore.addAll(step.inverse()));
    String name = ifb.device().name();
    return Step.of(
        label,
        device,
        "remove ifb " + name + " of " + device + ": " + why,
        queue.lost(),
        () -> actions.delete(name),
        () -> actions.restore(name, restore));
  }
}
