package dev.sluice.datapath.cause;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.SourceLine;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.VerifierRejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes of the verifier's log what an author needs: the line, the instruction, what was known of
 * its registers, and what usually mends it.
 */
public final class VerifierExplanation {
  private static final Pattern NAMED = Pattern.compile("\\bR(\\d+)\\b");
  private static final Pattern USED = Pattern.compile("\\b[rw](\\d+)\\b");
  private static final Pattern ASSIGNED = Pattern.compile("^[rw]\\d+ = (?!\\*\\(u64 \\*\\)\\(r10)");
  private static final Pattern ABOUT_VALUES = Pattern.compile("access|pointer|\\bR\\d+\\b");
  private static final Pattern PACKET =
      Pattern.compile("invalid access to packet, off=(-?\\d+) size=(\\d+), R(\\d+)\\(.*r=(\\d+)");

  private VerifierExplanation() {}

  /** A refusal with its explanation. */
  public static VerifierRejected rejected(ProgramSpec spec, int errno, String log) {
    return rejected(spec, errno, log, OptionalInt.empty());
  }

  /**
   * A refusal with its explanation.
   *
   * @param slot where it happened, if the log does not say
   */
  public static VerifierRejected rejected(
      ProgramSpec spec, int errno, String log, OptionalInt slot) {
    VerifierLog read = VerifierLog.of(log);
    OptionalInt at = read.slot().isPresent() ? read.slot() : slot;
    Optional<SourceLine> line = at.isPresent() ? spec.sourceLine(at.getAsInt()) : Optional.empty();
    String instruction = at.isPresent() ? instruction(spec, at.getAsInt()) : null;
    String reason = read.reason().isEmpty() ? Errno.textOf(errno) : read.reason().getFirst();
    return new VerifierRejected(
        spec.name(),
        errno,
        log,
        new VerifierRejected.Explanation(
            reason,
            line.map(source -> source.file() + ":" + source.line()).orElse(null),
            line.map(source -> source.text().strip()).filter(text -> !text.isEmpty()).orElse(null),
            instruction == null ? null : at.getAsInt() + ": " + instruction,
            known(read, reason, instruction == null ? "" : instruction),
            VerifierHint.of(
                String.join("\n", read.reason()), line.map(SourceLine::file).orElse(null))));
  }

  private static @Nullable String instruction(ProgramSpec spec, int wanted) {
    int slot = 0;
    for (Instruction instruction : spec.instructions()) {
      if (wanted < slot + instruction.slots()) {
        return Disassembler.verifierText(instruction).replaceFirst("^\\([0-9a-f]{2}\\) ", "");
      }
      slot += instruction.slots();
    }
    return null;
  }

  private static List<String> known(VerifierLog log, String reason, String instruction) {
    Set<Integer> named = numbers(NAMED, reason);
    Set<Integer> registers = new TreeSet<>(named);
    if (ABOUT_VALUES.matcher(reason).find() && !instruction.startsWith("if ")) {
      registers.addAll(numbers(USED, ASSIGNED.matcher(instruction).replaceFirst("")));
    }
    List<String> known = new ArrayList<>();
    for (int register : registers) {
      String state = log.registers().get(register);
      Matcher packet = PACKET.matcher(reason);
      if (state != null && packet.find() && Integer.parseInt(packet.group(3)) == register) {
        // Comparisons with the packet's end teach about registers that the log does not repeat.
        state = state.replaceFirst("\\br=\\d+", "r=" + packet.group(4));
      }
      if (state != null || reason.startsWith("R" + register + " !read_ok")) {
        known.add(RegisterWords.of("r" + register, state) + touched(reason, register));
      }
    }
    return known;
  }

  /** The bytes that were not checked. */
  private static String touched(String reason, int register) {
    Matcher packet = PACKET.matcher(reason);
    if (!packet.find() || Integer.parseInt(packet.group(3)) != register) {
      return "";
    }
    int first = Integer.parseInt(packet.group(1));
    int last = first + Integer.parseInt(packet.group(2)) - 1;
    return "; "
        + (first == last ? "byte " + first : "bytes " + first + " to " + last)
        + " would be touched";
  }

  private static Set<Integer> numbers(Pattern pattern, String text) {
    Set<Integer> numbers = new TreeSet<>();
    pattern.matcher(text).results().forEach(r -> numbers.add(Integer.parseInt(r.group(1))));
    return numbers;
  }
}
