package dev.sluice.kernel.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The privileges of Linux that BPF asks for ({@code include/uapi/linux/capability.h}). */
enum Privilege {
  /** Change the network's set-up. */
  CAP_NET_ADMIN(12),
  /** Everything that has no privilege of its own. */
  CAP_SYS_ADMIN(21),
  /** Load programs and make maps. */
  CAP_BPF(39);

  private final int bit;

  Privilege(int bit) {
    this.bit = bit;
  }

  /** Those of some privileges that this process lacks. {@code CAP_SYS_ADMIN} stands in for BPF. */
  static List<Privilege> missing(Privilege... needed) {
    long held = held();
    List<Privilege> missing = new ArrayList<>();
    for (Privilege privilege : needed) {
      boolean has = (held & 1L << privilege.bit) != 0;
      if (privilege == CAP_BPF) {
        has |= (held & 1L << CAP_SYS_ADMIN.bit) != 0;
      }
      if (!has) {
        missing.add(privilege);
      }
    }
    return missing;
  }

  private static long held() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/thread-self/status"))) {
        if (line.startsWith("CapEff:")) {
          return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      return 0; // no /proc: say what is needed rather than what is missing
    }
    return 0;
  }
}
