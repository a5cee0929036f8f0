package dev.sluice.kernel.bpf;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the verifier wrote about a program that it refused ({@code kernel/bpf/verifier.c}).
 *
 * @param text the whole log
 */
record VerifierLog(String text) {
  /** An instruction as the log prints it: {@code 12: (79) r1 = *(u64 *)(r2 +0)}. */
  private static final Pattern INSTRUCTION = Pattern.compile("^(\\d+): \\([0-9a-f]{2}\\) .*");

  /** An instruction that a reason names: {@code back-edge from insn 5 to 2}. */
  private static final Pattern NAMED = Pattern.compile("insn (\\d+)");

  /**
   * The slot of the instruction that the verifier stopped at: the one that the reason names, or the
   * last that was looked at.
   */
  OptionalInt failingSlot() {
    OptionalInt last = OptionalInt.empty();
    OptionalInt named = OptionalInt.empty();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      Matcher instruction = INSTRUCTION.matcher(line);
      if (instruction.matches()) {
        last = OptionalInt.of(Integer.parseInt(instruction.group(1)));
        named = OptionalInt.empty();
        continue;
      }
      Matcher reason = NAMED.matcher(line);
      if (!line.startsWith("processed ") && !line.startsWith("from ") && reason.find()) {
        named = OptionalInt.of(Integer.parseInt(reason.group(1)));
      }
    }
    return named.isPresent() ? named : last;
  }

  /** The lines behind the last instruction, without statistics: what is wrong with it. */
  String reason() {
    StringBuilder reason = new StringBuilder();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (INSTRUCTION.matcher(line).matches()) {
        reason.setLength(0);
      } else if (!line.startsWith("processed ") && !line.startsWith("verification time")) {
        reason.append(line).append('\n');
      }
    }
    return reason.toString();
  }
}
