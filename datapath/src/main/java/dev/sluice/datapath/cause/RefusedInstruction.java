package dev.sluice.datapath.cause;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a verifier's log ends: the instruction that was refused, and what was known of the
 * registers that it uses. The log is that of Linux 6.3 or later, or of the engine.
 *
 * @param slot where the instruction is in the program
 * @param text the instruction, as the log prints it
 * @param known of each register, what the verifier knew in words; in the order of their numbers
 */
public record RefusedInstruction(int slot, String text, List<String> known) {
  /** An instruction in the log: {@code 12: (79) r1 = *(u64 *)(r2 +0) ; R1=scalar()}. */
  private static final Pattern INSTRUCTION =
      Pattern.compile("^(\\d+): \\([0-9a-f]{2}\\) ([^;]*?)\\s*(?:;.*)?$");

  /** All that is known when another path begins: {@code from 5 to 9: R1=ctx() R10=fp0}. */
  private static final Pattern PATH =
      Pattern.compile("^(?:from \\d+ to )?\\d+: (?:.* )?R\\d+.*=.*");

  /** What is known of a register: {@code R2=pkt(r=14)}, {@code R3_w=5}. */
  private static final Pattern REGISTER = Pattern.compile("\\bR(\\d+)(?:_[a-z]+)?=");

  private static final Pattern NAMED = Pattern.compile("\\b[rw](\\d+)\\b");

  private static final int LAST_ARGUMENT = 5;

  /** Keeps a copy. */
  public RefusedInstruction {
    known = List.copyOf(known);
  }

  /** Reasons that are no single instruction's. */
  private static final Pattern OF_ALL =
      Pattern.compile("too complex|too large|combined stack|stack frames");

  /** The end of a log; empty if it is not for one instruction that the program was refused. */
  public static Optional<RefusedInstruction> in(String log) {
    if (OF_ALL.matcher(log).find()) {
      return Optional.empty();
    }
    Map<Integer, String> registers = new HashMap<>();
    RefusedInstruction last = null;
    for (String line : (Iterable<String>) log.lines()::iterator) {
      Matcher instruction = INSTRUCTION.matcher(line);
      if (instruction.matches()) {
        String text = instruction.group(2);
        last =
            new RefusedInstruction(
                Integer.parseInt(instruction.group(1)), text, words(text, registers));
        learn(line, registers);
      } else if (PATH.matcher(line).matches()) {
        if (line.startsWith("from ")) {
          registers.clear();
        }
        learn(line, registers);
      }
    }
    return Optional.ofNullable(last);
  }

  private static void learn(String line, Map<Integer, String> registers) {
    Matcher register = REGISTER.matcher(line);
    while (register.find()) {
      int end = register.end();
      int depth = 0;
      while (end < line.length() && (depth > 0 || line.charAt(end) != ' ')) {
        char letter = line.charAt(end);
        depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
        end++;
      }
      registers.put(Integer.parseInt(register.group(1)), line.substring(register.end(), end));
    }
  }

  private static List<String> words(String text, Map<Integer, String> registers) {
    List<String> words = new ArrayList<>();
    for (int register : used(text)) {
      String state = registers.get(register);
      if (state != null) {
        words.add("r" + register + " is " + RegisterWords.of(state));
      } else if (!text.startsWith("call ")) {
        words.add("r" + register + " has no value");
      }
    }
    return words;
  }

  /** The registers that an instruction reads. */
  private static TreeSet<Integer> used(String text) {
    TreeSet<Integer> used = new TreeSet<>();
    if (text.startsWith("call ")) {
      for (int i = 1; i <= LAST_ARGUMENT; i++) {
        used.add(i);
      }
    } else if (text.equals("exit")) {
      used.add(0);
    } else {
      // What is only written is left out.
      Matcher named = NAMED.matcher(text.replaceFirst("^[rw]\\d+ = ", ""));
      while (named.find()) {
        used.add(Integer.parseInt(named.group(1)));
      }
    }
    return used;
  }
}
