package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotFound;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the commands of one run share: the datapath, opened when it is first needed, and the devices
 * looked up so far, so that a batch does not ask for the same device at every line.
 */
final class Session implements AutoCloseable {
  private final Options options;
  private final Function<@Nullable String, Datapath> opener;
  private final Map<String, Device> devices = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();
  private Problems problems;
  private @Nullable Datapath datapath;

  /**
   * A run.
   *
   * @param opener opens the datapath of a network namespace by its name; null is the current one
   * @param problems takes what is to be said about the first command
   */
  Session(Options options, Function<@Nullable String, Datapath> opener, Problems problems) {
    this.options = options;
    this.opener = opener;
    this.problems = problems;
  }

  Options options() {
    return options;
  }

  /** Says where a further command's problems go. */
  void speakTo(Problems problems) {
    this.problems = problems;
  }

  Datapath datapath() {
    Datapath opened = datapath;
    if (opened == null) {
      opened = opener.apply(options.namespace);
      datapath = opened;
    }
    return opened;
  }

  /** Opens the datapath now, to find out whether that works. */
  void open() {
    try {
      datapath();
    } catch (NotFound e) {
      problems.line("Cannot open network namespace \"", e.name(), "\": No such file or directory");
      throw Stop.everything(Stop.BAD_COMMAND);
    }
  }

  /** The device with a name; the command ends where there is none. */
  Device device(String name) {
    Device device = findDevice(name);
    if (device == null) {
      throw problems.noDevice(name);
    }
    return device;
  }

  /** The device with a name, null if there is none. */
  @Nullable Device findDevice(String name) {
    Device known = devices.get(name);
    if (known != null) {
      return known;
    }
    try {
      Device device = datapath().device(name);
      devices.put(name, device);
      names.put(device.index(), device.name());
      return device;
    } catch (NotFound e) {
      return null;
    }
  }

  /** The name of a device, {@code ifN} where there is none with that index. */
  String deviceName(int index) {
    String known = names.get(index);
    if (known != null) {
      return known;
    }
    List<Device> all = datapath().devices();
    for (Device device : all) {
      names.put(device.index(), device.name());
    }
    String found = names.get(index);
    return found != null ? found : "if" + index;
  }

  @Override
  public void close() {
    if (datapath != null) {
      datapath.close();
    }
  }
}
