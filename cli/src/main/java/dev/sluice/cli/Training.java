package dev.sluice.cli;

import dev.sluice.cli.tc.Rehearsal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The commands that the build runs once to make the launcher's AOT cache: the classes they load are
 * the ones that later start from the cache. Add a line to {@link #COMMANDS} for every command that
 * should start fast.
 *
 * <p>Training runs without root, must not change the machine, and may not depend on its network
 * devices: parse, print, plan, help, but no call that succeeds only somewhere.
 */
final class Training {
  /** Hidden: {@code sluice train-startup}. */
  static final String COMMAND = "train-startup";

  private static final List<String[]> COMMANDS =
      List.of(
          args("--version"),
          args("--help"),
          args("tc", "help"),
          args("tc", "-s", "-d", "qdisc", "show"),
          args("tc", "-s", "-j", "-p", "qdisc", "show"),
          args("tc", "class", "show", "dev", "lo"),
          args("tc", "filter", "show", "dev", "lo"),
          args("status", "--help"),
          // Reads only. Without root it ends at the first chain, having loaded most of its classes.
          args("status"),
          args("tcx", "list"),
          args("no-such-command"));

  private Training() {}

  static int run() {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    for (String[] command : COMMANDS) {
      Main.run(command, nowhere, nowhere);
    }
    Rehearsal.run(nowhere);
    return 0;
  }

  private static String[] args(String... args) {
    return args;
  }
}
