package dev.sluice.cli.simulation;

import dev.sluice.cli.tc.TcCommand;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs a batch through the same code as {@code sluice tc -batch}, and makes of what that says
 * warnings, or one error with the file's name and line.
 */
final class TcBatch {
  private static final String WARNING = "Warning: ";
  private static final Pattern FAILED = Pattern.compile("Command failed (.*):(\\d+)");
  private static final Pattern PLACE = Pattern.compile(" \\((.*:\\d+)\\)$");

  /** A class as the kernel's warnings write it: its number in hexadecimal digits. */
  private static final Pattern CLASS = Pattern.compile("\\bclass ([0-9A-F]{1,4})([0-9A-F]{4})\\b");

  /** What iproute2 says beside what is wrong, and who reads a file has no use for. */
  private static final Set<String> IDLE = Set.of("We have an error talking to the kernel");

  private TcBatch() {}

  /**
   * Runs a batch.
   *
   * @return what should be told of it
   * @throws InvalidInput if a command fails, unless the batch goes on then
   */
  static List<String> run(Setup.Batch batch, Datapath datapath) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code;
    try (PrintStream nowhere =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(said, false, StandardCharsets.UTF_8)) {
      StringReader lines = new StringReader(batch.text());
      code = TcCommand.runBatch(datapath, batch.name(), lines, batch.force(), nowhere, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set<String> told = new HashSet<>();
    List<String> warnings = new ArrayList<>();
    List<String> problem = new ArrayList<>();
    for (String line : said.toString(StandardCharsets.UTF_8).lines().toList()) {
      Matcher failed = FAILED.matcher(line);
      if (failed.matches()) {
        InvalidInput error = error(batch, Integer.parseInt(failed.group(2)), problem);
        if (!batch.force()) {
          throw error;
        }
        warnings.add(error.getMessage() + " (left out)");
        problem.clear();
      } else if (line.startsWith(WARNING)) {
        String warning = warning(line.substring(WARNING.length()));
        if (told.add(warning)) {
          warnings.add(warning);
        }
      } else if (!line.isBlank() && !IDLE.contains(line)) {
        problem.add(line.strip());
      }
    }
    if (code != 0 && !batch.force() || !problem.isEmpty()) {
      throw error(batch, 0, problem);
    }
    return warnings;
  }

  private static InvalidInput error(Setup.Batch batch, int line, List<String> problem) {
    String text =
        problem.isEmpty()
            ? "the command fails"
            : problem.stream()
                .takeWhile(said -> !said.startsWith("Usage: "))
                .map(said -> said.replaceFirst("^(Error|Cause|sluice tc|RTNETLINK answers): ", ""))
                .map(said -> said.endsWith(".") ? said.substring(0, said.length() - 1) : said)
                .collect(Collectors.joining(": "));
    String hint = hint(text);
    return new InvalidInput(
        batch.name(), line, 0, inClasses(text) + (hint.isEmpty() ? "" : " (" + hint + ")"));
  }

  private static String hint(String text) {
    if (text.startsWith("Object \"tc\" is unknown")) {
      return "a batch's lines begin behind the word tc: qdisc add dev …";
    }
    if (text.startsWith("Unknown qdisc ")) {
      return "the engine has htb, tbf, pfifo, bfifo, pfifo_head_drop, pfifo_fast, clsact and"
          + " ingress";
    }
    if (text.startsWith("Unknown filter ")) {
      return "the engine has u32 and bpf";
    }
    return "";
  }

  /** Puts the place first, as everywhere. */
  private static String warning(String text) {
    Matcher place = PLACE.matcher(text);
    String plain = text.startsWith("sch_htb: ") ? text.substring("sch_htb: ".length()) : text;
    return inClasses(place.find() ? place.group(1) + ": " + place.replaceFirst("") : plain);
  }

  private static String inClasses(String text) {
    return CLASS
        .matcher(text)
        .replaceAll(
            match ->
                "class "
                    + Integer.toHexString(Integer.parseInt(match.group(1), 16))
                    + ":"
                    + Integer.toHexString(Integer.parseInt(match.group(2), 16)));
  }
}
