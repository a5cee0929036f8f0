package dev.sluice.datapath.cause;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the verifier wrote about a program that it refused ({@code kernel/bpf/verifier.c}, {@code
 * kernel/bpf/log.c}).
 *
 * @param slot the slot of the refused instruction: the one that the reason names, or the last that
 *     was looked at
 * @param reason the lines that say what is wrong with it, without statistics
 * @param registers what was known before it, by the number of the register, in the log's words
 */
record VerifierLog(OptionalInt slot, List<String> reason, Map<Integer, String> registers) {
  /** An instruction as the log prints it: {@code 12: (79) r1 = *(u64 *)(r2 +0)}. */
  private static final Pattern INSTRUCTION = Pattern.compile("^(\\d+): \\([0-9a-f]{2}\\) (.*)");

  /** An instruction that a reason names: {@code back-edge from insn 5 to 2}. */
  private static final Pattern NAMED = Pattern.compile("insn (\\d+)");

  /** What is known at an instruction: {@code from 3 to 5: R0=…}, {@code 0: R1=ctx() R10=fp0}. */
  private static final Pattern ALL = Pattern.compile("^(from \\d+ to )?\\d+: .*\\bR10=.*");

  private static final Pattern STATE = Pattern.compile("^(from \\d+ to )?\\d+: (frame|R\\d).*");
  private static final Pattern REGISTER = Pattern.compile("(?<!\\w)R(\\d+)(?:_[a-zA-Z]+)?=");
  private static final Pattern STATISTIC =
      Pattern.compile("^(processed \\d|verification time|stack depth|mark_precise).*");

  VerifierLog {
    reason = List.copyOf(reason);
    registers = Map.copyOf(registers);
  }

  static VerifierLog of(String text) {
    OptionalInt last = OptionalInt.empty();
    OptionalInt named = OptionalInt.empty();
    List<String> reason = new ArrayList<>();
    Map<Integer, String> registers = new HashMap<>();
    String learned = "";
    for (String line : (Iterable<String>) text.lines()::iterator) {
      Matcher instruction = INSTRUCTION.matcher(line);
      if (instruction.matches()) {
        learn(registers, learned);
        last = OptionalInt.of(Integer.parseInt(instruction.group(1)));
        named = OptionalInt.empty();
        reason.clear();
        String code = instruction.group(2);
        learned = code.contains(";") ? code.substring(code.indexOf(';')) : "";
        if (code.startsWith("call ")) {
          learned = "call" + learned;
        }
      } else if (STATE.matcher(line).matches()) {
        if (ALL.matcher(line).matches()) {
          registers.clear();
          learned = "";
        }
        learn(registers, learned);
        learned = line;
        reason.clear();
      } else if (!STATISTIC.matcher(line).matches() && !line.startsWith(";") && !line.isBlank()) {
        Matcher number = NAMED.matcher(line);
        if (!line.startsWith("from ") && number.find()) {
          named = OptionalInt.of(Integer.parseInt(number.group(1)));
        }
        reason.add(line.strip());
      }
    }
    // What stands behind the refused instruction itself was learned by it; a state before it was
    // taken in when it came.
    return new VerifierLog(named.isPresent() ? named : last, reason, registers);
  }

  private static void learn(Map<Integer, String> registers, String line) {
    if (line.startsWith("call")) {
      for (int scratch = 0; scratch <= 5; scratch++) {
        registers.remove(scratch);
      }
    }
    Matcher matcher = REGISTER.matcher(line);
    while (matcher.find()) {
      registers.put(Integer.parseInt(matcher.group(1)), value(line, matcher.end()));
    }
  }

  /** Up to the next blank that is not in brackets. */
  private static String value(String line, int start) {
    int depth = 0;
    int end = start;
    while (end < line.length() && (depth > 0 || line.charAt(end) != ' ')) {
      depth += line.charAt(end) == '(' ? 1 : line.charAt(end) == ')' ? -1 : 0;
      end++;
    }
    return line.substring(start, end);
  }
}
