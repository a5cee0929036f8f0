package dev.sluice.cli.doctor;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Session;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotFound;
import java.util.List;

/**
 * What is looked at: named devices, or everything.
 *
 * @param session the run of the command
 * @param names the devices that were named, which may be gone; empty for everything
 * @param devices those that are there
 */
record Scope(Session session, List<String> names, List<Device> devices) {
  Scope {
    names = List.copyOf(names);
    devices = List.copyOf(devices);
  }

  /**
   * What a person asked for.
   *
   * @throws NotFound if a device is not there, and nothing of Sluice's is left of it
   */
  static Scope of(Session session, List<String> names) {
    Scope scope = now(session, names);
    for (String name : names) {
      boolean there = scope.devices.stream().anyMatch(device -> device.name().equals(name));
      long here = scope.namespace();
      if (!there && session.pins().linkPins().stream().noneMatch(pin -> isOf(pin, name, here))) {
        throw new NotFound("device", name);
      }
    }
    return scope;
  }

  /** What is there now of what a person asked for. */
  static Scope now(Session session, List<String> names) {
    return new Scope(
        session,
        names,
        session.datapath().devices().stream()
            .filter(device -> names.isEmpty() || names.contains(device.name()))
            .toList());
  }

  private static boolean isOf(PinLayout.LinkPin pin, String device, long namespace) {
    return pin.namespace() == namespace && pin.place().equals(device);
  }

  Datapath datapath() {
    return session.datapath();
  }

  PinLayout pins() {
    return session.pins();
  }

  /** The inode number of the network namespace. */
  long namespace() {
    return PinLayout.inode(session.namespace());
  }

  /** Whether all is looked at, also what belongs to no device. */
  boolean isEverything() {
    return names.isEmpty();
  }

  /** Whether a pin is looked at. */
  boolean includes(PinLayout.LinkPin pin) {
    return isEverything() || names.stream().anyMatch(name -> isOf(pin, name, namespace()));
  }
}
