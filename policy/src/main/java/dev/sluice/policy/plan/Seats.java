package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.policy.arrival.Steering;
import dev.sluice.policy.step.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Our programs in the chains of a host's devices: found, put in place, exchanged and taken out. At
 * TCX each has a link of its own, whose pin says what it is; at the classic hook there are no
 * links, and programs are known by their names.
 */
final class Seats {

  private final Datapath datapath;
  private final StatePins pins;
  private final Path folder;
  private final List<AutoCloseable> held;
  private final Map<Integer, String> roles;
  private final Map<Integer, Device> devices = new TreeMap<>();

  /**
   * Of a host.
   *
   * @param folder where links are pinned
   * @param roles what programs at the classic hook are for, by their numbers, but for the rules'
   * @param held gets what steps must keep open for as long as they may be undone
   */
  Seats(
      Datapath datapath,
      StatePins pins,
      Path folder,
      Map<Integer, String> roles,
      List<AutoCloseable> held) {
    this.datapath = datapath;
    this.pins = pins;
    this.folder = folder;
    this.roles = Map.copyOf(roles);
    this.held = held;
    datapath.devices().forEach(device -> devices.put(device.index(), device));
  }

  /**
   * A seat that is taken.
   *
   * @param seat the seat
   * @param mode the hook it is at
   * @param program the number of the program; 0 if the device is gone, and with it the attachment
   */
  record Taken(Seat seat, AttachMode mode, int program) {}

  /** The hook that programs go to: TCX where the datapath has it, unless another is asked for. */
  AttachMode mode(AttachMode wanted) {
    if (wanted != AttachMode.AUTO || devices.isEmpty()) {
      return wanted == AttachMode.AUTO ? AttachMode.TCX : wanted;
    }
    Device any = devices.values().iterator().next();
    Hook found = datapath.chain(new AttachPoint.Tcx(any, Direction.INGRESS), wanted).query().hook();
    return found == Hook.TC ? AttachMode.TC : AttachMode.TCX;
  }

  /** The device of a seat; null if it is gone. */
  @Nullable Device device(Seat seat) {
    return devices.get(seat.device());
  }

  /** What is called like a seat's place. */
  String title(Seat seat) {
    Device device = device(seat);
    return (device == null ? "device " + seat.device() : device.name()) + "/" + seat.direction();
  }

  /**
   * Looks for all of them.
   *
   * @param modes the hooks to look at
   */
  List<Taken> taken(Set<AttachMode> modes) {
    List<Taken> taken = new ArrayList<>();
    if (modes.contains(AttachMode.TCX)) {
      for (Path pin : pins.list(folder)) {
        Seat seat = Seat.parse(pin.getFileName().toString());
        if (seat != null) {
          try (Link link = datapath.links().openPinned(pin)) {
            LinkInfo info = link.info();
            taken.add(new Taken(seat, AttachMode.TCX, info.isDefunct() ? 0 : info.programId()));
          } catch (NotFound e) {
            // it went meanwhile, or is no link
          }
        }
      }
    }
    if (modes.contains(AttachMode.TC)) {
      for (Device device : devices.values()) {
        for (Direction direction : Direction.values()) {
          addClassic(device, direction, taken);
        }
      }
    }
    return taken;
  }

  private void addClassic(Device device, Direction direction, List<Taken> taken) {
    Chain chain = datapath.chain(new AttachPoint.Tcx(device, direction), AttachMode.TC);
    ChainNames there = ChainNames.of(datapath, chain);
    for (int i = 0; i < there.names().size(); i++) {
      int id = there.state().entries().get(i).programId();
      String name = there.names().get(i);
      String role =
          name.equals(ruleProgram(direction))
              ? Seat.RULES
              : name.equals(Steering.PROGRAM) ? Seat.STEERING : roles.get(id);
      if (role != null) {
        taken.add(new Taken(new Seat(device.index(), direction, role), AttachMode.TC, id));
      }
    }
  }

  /** The name of the program that judges packets. */
  static String ruleProgram(Direction direction) {
    return direction == Direction.INGRESS ? "sluice_in" : "sluice_out";
  }

  /** The chain that a seat is in. */
  ChainNames chainNames(Seat seat, AttachMode mode) {
    return ChainNames.of(datapath, chain(seat, mode));
  }

  /** Where a program goes in a chain as it is now. */
  Anchor anchor(Seat seat, AttachMode mode, ChainOrder order) {
    ChainNames chain = chainNames(seat, mode);
    return chain.anchor(order.in(chain.names()).index());
  }

  private Chain chain(Seat seat, AttachMode mode) {
    Device device = device(seat);
    if (device == null) {
      throw new NotFound("device", Integer.toString(seat.device()));
    }
    return datapath.chain(new AttachPoint.Tcx(device, seat.direction()), mode);
  }

  /** Puts a program in a seat that is free. */
  Step attach(
      Seat seat,
      AttachMode mode,
      Supplier<Anchor> anchor,
      Supplier<Program> program,
      String sentence) {
    return hitless(
        seat,
        sentence,
        () -> put(seat, mode, anchor.get(), program.get()),
        () -> take(new Taken(seat, mode, program.get().info().id())));
  }

  /** Puts another program in a seat, without a moment in which neither runs. */
  Step exchange(Taken taken, Supplier<Program> next, String sentence) {
    Program[] old = new Program[1];
    return hitless(
        taken.seat,
        sentence,
        () -> {
          old[0] = hold(taken.program);
          exchange(taken, old[0], next.get());
        },
        () -> exchange(taken, next.get(), old[0]));
  }

  /** Empties a seat. */
  Step remove(Taken taken, Supplier<Anchor> anchor, String sentence) {
    if (taken.program == 0) {
      return hitless(taken.seat, sentence, () -> pins.remove(taken.seat.pin(folder)), () -> {});
    }
    Program[] old = new Program[1];
    return hitless(
        taken.seat,
        sentence,
        () -> {
          old[0] = hold(taken.program);
          take(taken);
        },
        () -> put(taken.seat, taken.mode, anchor.get(), old[0]));
  }

  private Step hitless(Seat seat, String sentence, Runnable run, Runnable undo) {
    Device device = device(seat);
    return Step.hitless(device == null ? "" : device.name(), sentence, run, undo);
  }

  private Program hold(int id) {
    Program program = datapath.programs().open(id);
    held.add(program);
    return program;
  }

  /** Puts a program in a seat that is free. */
  void put(Seat seat, AttachMode mode, Anchor anchor, Program program) {
    Chain chain = chain(seat, mode);
    if (mode == AttachMode.TC) {
      chain.attachProgram(program, AttachOptions.at(anchor));
      return;
    }
    Path pin = seat.pin(folder);
    if (pins.list(folder).contains(pin)) {
      pins.remove(pin); // of a device that is gone and had the same number
    }
    try (Link link = chain.attach(program, AttachOptions.at(anchor))) {
      pins.prepare(pin);
      link.pin(pin);
    }
  }

  private void exchange(Taken taken, Program old, Program next) {
    if (taken.mode == AttachMode.TC) {
      chain(taken.seat, taken.mode).replaceProgram(old, next, 0);
      return;
    }
    try (Link link = datapath.links().openPinned(taken.seat.pin(folder))) {
      link.update(next, old);
    }
  }

  /** Empties a seat. */
  void take(Taken taken) {
    if (taken.mode == AttachMode.TC) {
      try (Program program = datapath.programs().open(taken.program)) {
        chain(taken.seat, taken.mode).detachProgram(program, 0);
      }
      return;
    }
    Path pin = taken.seat.pin(folder);
    try (Link link = datapath.links().openPinned(pin)) {
      link.detach();
      pins.remove(pin);
    }
  }
}
