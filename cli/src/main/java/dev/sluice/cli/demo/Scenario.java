package dev.sluice.cli.demo;

import java.util.List;

/**
 * A configuration, and the traffic that is sent over it.
 *
 * @param title what it shows
 * @param commands what configures it, in order
 * @param trials what is sent, one after the other
 */
record Scenario(String title, List<Command> commands, List<Trial> trials) {
  Scenario {
    commands = List.copyOf(commands);
    trials = List.copyOf(trials);
  }

  /**
   * A command line that configures.
   *
   * @param line the line, without {@code sluice} before it
   * @param note why it is there, where that needs saying; otherwise empty
   */
  record Command(String line, String note) {
    static Command of(String line) {
      return new Command(line, "");
    }
  }
}
