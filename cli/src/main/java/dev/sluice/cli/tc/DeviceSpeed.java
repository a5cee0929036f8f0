package dev.sluice.cli.tc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The speed of a device, for rates in percent of it. It is read from sysfs, which shows the devices
 * of the process's own network namespace.
 *
 * @param device the device's name; null where none was given
 * @param elsewhere whether the device is in another namespace
 */
record DeviceSpeed(@Nullable String device, boolean elsewhere) {
  static DeviceSpeed of(@Nullable String device, Session session) {
    return new DeviceSpeed(device, session.options().namespace != null);
  }

  /** Megabits per second; −1 where it is not known, which has been said then. */
  long megabits(Problems problems) {
    if (elsewhere) {
      throw problems.unsupported("a rate in percent together with -netns");
    }
    String file = "/sys/class/net/" + device + "/speed";
    try {
      String text = Files.readString(Path.of(file)).strip();
      long speed = Digits.signed32(text, 0);
      if (speed == Digits.NONE) {
        problems.line("value \"", text, "\" in file ", file, " is not a number");
      } else if (speed < 0) {
        problems.line("the speed in file ", file, " is not known: ", text);
      } else {
        return speed;
      }
    } catch (NoSuchFileException | InvalidPathException e) {
      problems.line("fopen ", file, ": No such file or directory");
      return -1;
    } catch (IOException e) {
      problems.line("property \"speed\" in file ", file, " is currently unknown");
    }
    problems.line("Failed to parse ", file);
    return -1;
  }
}
