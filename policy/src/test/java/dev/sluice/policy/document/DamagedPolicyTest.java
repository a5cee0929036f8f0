package dev.sluice.policy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.datapath.InvalidInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedPolicyTest {
  private static final int VARIANTS = 1500;

  private static final String[] PIECES = {
    ":",
    "-",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "#",
    "&a",
    "*a",
    "!!int",
    "|",
    ">",
    "?",
    "%",
    "@",
    "\t",
    "\n",
    " ",
    "\0",
    "\u0007",
    "\u0085",
    "\ufeff",
    "\ud800",
    "é",
    "---\n",
    "...",
    "~",
    "null",
    "0x",
    "1e999",
    "-1",
    "99999999999999999999999",
    "0b2",
    "1_",
    "<<: *a",
    "!",
    "\\",
    "/",
    ".",
    "é:",
    "mbit",
    "true",
    "\r"
  };

  @ParameterizedTest
  @ValueSource(strings = {"yaml", "json"})
  void isReadOrRefusedWithALine(String language) throws IOException {
    String whole = Project.example();
    if (language.equals("json")) {
      whole = PolicyWriter.json(PolicyReader.parse("whole", whole).getFirst().policy());
    }
    Random random = new Random(20261127);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < VARIANTS; i++) {
      String damaged = whole;
      for (int times = 1 + random.nextInt(3); times > 0; times--) {
        damaged = damage(damaged, random);
      }
      try {
        assertThat(PolicyReader.parse("damaged", damaged)).isNotEmpty();
        read++;
      } catch (InvalidInput e) {
        assertThat(e.line()).as(damaged).isPositive();
        assertThat(e.column()).as(damaged).isPositive();
        refused++;
      } catch (RuntimeException e) {
        fail(e + " of\n" + damaged, e);
      }
    }
    assertThat(read).isGreaterThan(VARIANTS / 50);
    assertThat(refused).isGreaterThan(VARIANTS / 2);
  }

  private static String damage(String text, Random random) {
    if (text.length() < 2) {
      return text + PIECES[random.nextInt(PIECES.length)];
    }
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + 1 + random.nextInt(4));
    String piece = PIECES[random.nextInt(PIECES.length)];
    return switch (random.nextInt(6)) {
      case 0 -> text.substring(0, from) + text.substring(to);
      case 1 -> text.substring(0, from) + piece + text.substring(to);
      case 2 -> text.substring(0, from) + piece + text.substring(from);
      case 3 -> text.substring(0, from);
      default -> lines(text, random);
    };
  }

  private static String lines(String text, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    String line = lines.remove(random.nextInt(lines.size()));
    switch (random.nextInt(4)) {
      case 0 -> lines.add(random.nextInt(lines.size() + 1), line);
      case 1 -> lines.add(random.nextInt(lines.size() + 1), "  " + line);
      case 2 -> lines.addAll(random.nextInt(lines.size() + 1), List.of(line, line));
      default -> {
        // It is gone.
      }
    }
    return String.join("\n", lines);
  }
}
