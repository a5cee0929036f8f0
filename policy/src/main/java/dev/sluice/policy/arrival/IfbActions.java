package dev.sluice.policy.arrival;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfFilter;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.StepRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What steps do. One that is made again has another index than before, so each action looks it up
 * by its name when it is done.
 */
final class IfbActions {
  private final Datapath datapath;
  private final Steering steering;

  IfbActions(Datapath datapath, Steering steering) {
    this.datapath = datapath;
    this.steering = steering;
  }

  /** Makes one with its whole queue, or leaves none. */
  void make(String name, List<ChangeStep> queue) {
    Device made = datapath.intermediates().create(name, OwnIfb.GROUP);
    try {
      RuntimeException reason =
          new StepRun(queue.stream().map(step -> at(made, step)).toList()).run().reason();
      if (reason != null) {
        throw reason;
      }
    } catch (RuntimeException e) {
      datapath.intermediates().delete(made);
      throw e;
    }
  }

  /** Makes one again as it was. */
  void restore(String name, List<Change> queue) {
    Device made = datapath.intermediates().create(name, OwnIfb.GROUP);
    List<Change> changes = queue.stream().map(change -> at(made, change)).toList();
    for (Outcome outcome : datapath.trafficControl().apply(changes, OnRefusal.CONTINUE)) {
      if (outcome instanceof Outcome.Refused refused) {
        throw refused.reason();
      }
    }
  }

  /** Removes ours with a name, if it is there. */
  void delete(String name) {
    Device found = find(name);
    if (found != null) {
      datapath.intermediates().delete(found);
    }
  }

  /** Sends a device's arrivals to its {@code ifb}, if that is there. */
  void steer(int device) {
    Device found = find(OwnIfb.name(device));
    if (found != null) {
      steering.put(device, found.index());
    }
  }

  private @Nullable Device find(String name) {
    for (Intermediate ifb : datapath.intermediates().list()) {
      if (ifb.device().name().equals(name) && OwnIfb.owns(ifb)) {
        return ifb.device();
      }
    }
    return null;
  }

  private static ChangeStep at(Device device, ChangeStep step) {
    return step.withChange(
        at(device, step.change()),
        step.inverse().stream().map(change -> at(device, change)).toList());
  }

  /** The same change to another device. */
  private static Change at(Device device, Change change) {
    return switch (change) {
      case OfQdisc(var verb, var _, var parent, var handle, var kind, var qdisc, var estimator) ->
          new OfQdisc(verb, device, parent, handle, kind, qdisc, estimator);
      case OfClass(
              var verb,
              var _,
              var parent,
              var id,
              var kind,
              var trafficClass,
              var estimator) ->
          new OfClass(verb, device, parent, id, kind, trafficClass, estimator);
      case OfFilter filter ->
          throw new IllegalStateException("a queue of a policy has no filters: " + filter);
    };
  }
}
