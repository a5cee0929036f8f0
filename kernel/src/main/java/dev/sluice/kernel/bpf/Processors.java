package dev.sluice.kernel.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processors that this machine may have: each has its own value in a per-CPU map. */
final class Processors {
  private static final int POSSIBLE = read();

  private Processors() {}

  /** How many there may be ({@code num_possible_cpus()}), those that are switched off included. */
  static int possible() {
    return POSSIBLE;
  }

  private static int read() {
    try {
      return count(Files.readString(Path.of("/sys/devices/system/cpu/possible")).strip());
    } catch (IOException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  /** How many numbers a list such as {@code 0-3,8} names. */
  static int count(String list) {
    int count = 0;
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      count +=
          dash < 0
              ? 1
              : Integer.parseInt(range.substring(dash + 1))
                  - Integer.parseInt(range.substring(0, dash))
                  + 1;
    }
    return count;
  }
}
