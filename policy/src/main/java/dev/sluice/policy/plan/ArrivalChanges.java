package dev.sluice.policy.plan;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.policy.arrival.Arrivals;
import dev.sluice.policy.arrival.Steering;
import dev.sluice.policy.arrival.SteeringLinks;
import dev.sluice.policy.plan.QueueWishes.Wish;
import dev.sluice.policy.plan.Seats.Taken;
import dev.sluice.policy.step.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** From what is done with devices' arrivals to what should be, as steps of a plan. */
final class ArrivalChanges {
  private final Transition.Place place;
  private final Seats seats;
  private final AttachMode mode;
  private final Path table;
  private final PlanBuilder found = new PlanBuilder();
  private final boolean wantsNone;

  private ArrivalChanges(Transition.Place place, Seats seats, AttachMode mode, boolean wantsNone) {
    this.place = place;
    this.seats = seats;
    this.mode = mode;
    this.wantsNone = wantsNone;
    table = place.store().steered();
  }

  /**
   * Compares.
   *
   * @param taken all seats of ours that are taken
   * @param devices all devices that policies may mean
   * @param wishes the queues that their arrivals are to pass
   * @param touched whether a policy's devices are looked at
   * @param held gets what must stay open for as long as steps may be undone
   */
  static ArrivalChanges of(
      Transition.Place place,
      Seats seats,
      AttachMode mode,
      List<Taken> taken,
      List<Device> devices,
      Map<Device, Wish> wishes,
      Predicate<String> touched,
      List<AutoCloseable> held) {
    ArrivalChanges changes = new ArrivalChanges(place, seats, mode, wishes.isEmpty());
    Steering steering = changes.steering();
    held.add(steering);
    Links links = changes.new Links(taken);
    Arrivals arrivals = Arrivals.look(place.datapath(), steering, links);
    for (Device device : devices) {
      Wish wish = wishes.get(device);
      if (wish == null ? arrivals.areHandled(device) : touched.test(wish.policy())) {
        changes.found.add(device.name(), arrivals.plan(device, wish == null ? null : wish.tree()));
      }
    }
    changes.found.add("", arrivals.planLeftovers());
    taken.stream()
        .filter(one -> one.seat().role().equals(Seat.STEERING))
        .filter(one -> one.mode() != mode || one.program() == 0)
        .forEach(
            one ->
                changes.found.add(
                    seats.remove(
                        one,
                        Anchor::tail,
                        "take %s out at %s".formatted(Steering.PROGRAM, seats.title(one.seat())))));
    return changes;
  }

  /** The table is pinned before anything is in it, so that no later run misses an entry. */
  private Steering steering() {
    BpfMap kept;
    try {
      kept = place.datapath().maps().openPinned(table);
    } catch (NotFound e) {
      kept = null;
    }
    return new Steering(
        place.datapath(),
        kept,
        made -> {
          place.pins().prepare(table);
          made.pin(table);
        });
  }

  /** Its links, as seats. */
  private final class Links implements SteeringLinks {
    private final Map<Integer, Integer> programs = new TreeMap<>();

    Links(List<Taken> taken) {
      for (Taken one : taken) {
        if (one.seat().role().equals(Seat.STEERING) && one.mode() == mode && one.program() != 0) {
          programs.put(one.seat().device(), one.program());
        }
      }
    }

    private Seat seat(Device device) {
      return new Seat(device.index(), Direction.INGRESS, Seat.STEERING);
    }

    @Override
    public boolean isAttached(Device device) {
      return programs.containsKey(device.index());
    }

    @Override
    public void attach(Device device, Program program) {
      seats.put(seat(device), mode, Anchor.tail(), program);
      programs.put(device.index(), program.info().id());
    }

    @Override
    public void detach(Device device) {
      Integer program = programs.remove(device.index());
      if (program != null) {
        seats.take(new Taken(seat(device), mode, program));
      }
    }
  }

  List<Step> steps() {
    return found.steps();
  }

  List<PlanFinding> findings() {
    return found.findings();
  }

  /** When all is done: the table goes where nothing is sent anywhere any more. */
  void tidy() {
    if (wantsNone) {
      place.pins().remove(table);
    }
  }
}
