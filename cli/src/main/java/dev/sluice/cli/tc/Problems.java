package dev.sluice.cli.tc;

import java.io.PrintStream;

/**
 * What is to be said on standard error about one command. It is kept until the commands before it
 * have been done, so that a batch reports in the order of its lines.
 */
final class Problems {
  private final StringBuilder text = new StringBuilder();

  /** Adds a line made of these parts. */
  Problems line(String... parts) {
    for (String part : parts) {
      text.append(part);
    }
    text.append('\n');
    return this;
  }

  /** Adds text as it is, several lines with their ends for example. */
  Problems text(String raw) {
    text.append(raw);
    return this;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /** Prints everything and forgets it. */
  void printTo(PrintStream err) {
    if (!text.isEmpty()) {
      err.print(text);
      err.flush();
      text.setLength(0);
    }
  }

  // What lib/utils.c of iproute2 says of arguments, word for word, as scripts look for it.

  /** Another word was expected. */
  Stop incomplete() {
    line("Command line is not complete. Try option \"help\"");
    return Stop.everything(Stop.BAD_COMMAND);
  }

  /** A word is not what was expected. */
  Stop wrong(String word, String why) {
    line("Error: argument \"", word, "\" is wrong: ", why);
    return Stop.everything(Stop.BAD_COMMAND);
  }

  /** Something was said twice. */
  Stop duplicate(String key, String word) {
    line("Error: duplicate \"", key, "\": \"", word, "\" is the second value.");
    return Stop.everything(Stop.BAD_COMMAND);
  }

  /** Something was left out. */
  Stop missing(String key) {
    line("Error: argument \"", key, "\" is required");
    return Stop.everything(Stop.BAD_COMMAND);
  }

  /** There is no such device; the command ends with 1, as tc does. */
  Stop noDevice(String name) {
    line("Cannot find device \"", name, "\"");
    return Stop.command(1);
  }

  /** Something that iproute2 knows and Sluice does not. */
  Stop unsupported(String what) {
    line("sluice tc: ", what, " is not supported");
    return Stop.command(1);
  }
}
