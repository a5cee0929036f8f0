package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * What a run of tc printed and ended with.
 *
 * @param code the exit code
 */
record Run(int code, String out, String err) {
  /** Runs Sluice's tc on a datapath. */
  static Run of(Supplier<Datapath> datapath, String... words) {
    return withInput(datapath, "", words);
  }

  /** Runs Sluice's tc on a datapath, with something on its standard input. */
  static Run withInput(Supplier<Datapath> datapath, String input, String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        TcCommand.run(
            words,
            _ -> datapath.get(),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /**
   * The same with the parts that may differ taken out: the text of a usage message, numbers that
   * the kernel chose from a counter of its own, and how long ago something was.
   */
  Run comparable() {
    return new Run(code, withoutChance(out), withoutUsage(err));
  }

  private static String withoutUsage(String text) {
    int usage = text.indexOf("Usage:");
    return usage < 0 ? text : text.substring(0, usage) + "Usage";
  }

  private static String withoutChance(String text) {
    return text.replaceAll("\\b8[0-9a-f]{3}:(?=[\\[ \",])", "CHOSEN:")
        .replaceAll("CHOSEN:\\[[0-9a-f]{8}\\]", "CHOSEN:[]")
        .replaceAll("\\b8[0-9a-f]{3}:(?=1[ \"])", "CHOSEN:")
        .replaceAll("\\bindex [0-9]+ ref [0-9]+ bind [0-9]+", "index CHOSEN")
        .replaceAll("\"(index|ref|bind)\":( ?)[0-9]+", "\"$1\":CHOSEN")
        .replaceAll(" (installed|used|firstused) [0-9]+ sec", "")
        .replaceAll("\"(installed|last_used|first_used)\":( ?)[0-9]+,", "");
  }
}
