package dev.sluice.cli.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.kernel.tc.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commands recorded with iproute2 6.18 on a 6.18 kernel: Sluice's tc asks the same of the kernel,
 * attribute by attribute, and prints the same of its answers, byte for byte.
 */
class VectorsTest {
  private static final int MOST_REPLIES = 4;
  private static final Device IFB0 = new Device(9, "ifb0");
  private static final Pattern COMMAND =
      Pattern.compile("\"cmd\": \"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"");
  private static final Pattern OUTPUT =
      Pattern.compile("\"stdout\": \"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"");
  private static final Pattern CODE = Pattern.compile("\"rc\": ([0-9]+)");
  private static final Pattern HEX = Pattern.compile("\"([0-9a-f]*)\"");

  /** A recorded command. */
  record Vector(String command, int code, String out, List<String> requests, List<String> replies) {
    @Override
    public String toString() {
      return command;
    }
  }

  static List<Vector> vectors() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String file : List.of("/vectors/tc-seed.json", "/vectors/tc-more.json")) {
      try (var in = VectorsTest.class.getResourceAsStream(file)) {
        String text =
            new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        int at = text.indexOf("\"cmd\"");
        while (at >= 0) {
          int next = text.indexOf("\"cmd\"", at + 1);
          vectors.add(vector(text.substring(at, next < 0 ? text.length() : next)));
          at = next;
        }
      }
    }
    return vectors;
  }

  private static Vector vector(String part) {
    return new Vector(
        unescaped(find(COMMAND, part)).substring("tc ".length()),
        Integer.parseInt(find(CODE, part)),
        unescaped(find(OUTPUT, part)),
        messages(part, "request_hex"),
        messages(part, "reply_hex"));
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(pattern.pattern()).isTrue();
    return matcher.group(1);
  }

  private static String unescaped(String json) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '\\') {
        i++;
        c =
            switch (json.charAt(i)) {
              case 'n' -> '\n';
              case 't' -> '\t';
              default -> json.charAt(i);
            };
      }
      text.append(c);
    }
    return text.toString();
  }

  private static List<String> messages(String part, String key) {
    int start = part.indexOf('[', part.indexOf("\"" + key + "\""));
    Matcher hex = HEX.matcher(part.substring(start, part.indexOf(']', start)));
    List<String> messages = new ArrayList<>();
    while (hex.find()) {
      messages.add(hex.group(1));
    }
    return messages;
  }

  private static ReplayedDatapath datapath(Vector vector) {
    ReplayedDatapath datapath = new ReplayedDatapath();
    for (String replies : vector.replies()) {
      for (Object entry : Wire.entries(replies, ReplayedDatapath.ETH0, ReplayedDatapath.LO)) {
        switch (entry) {
          case QdiscEntry qdisc -> datapath.qdiscs.add(qdisc);
          case ClassEntry trafficClass -> datapath.classes.add(trafficClass);
          case FilterEntry filter -> datapath.filters.add(filter);
          default -> throw new AssertionError(entry);
        }
      }
    }
    return datapath.with(IFB0);
  }

  /** All that changed something, but for one with an object file, which is not supported yet. */
  static List<Vector> changes() throws IOException {
    List<Vector> changes = new ArrayList<>(vectors());
    changes.removeIf(
        vector ->
            !vector.replies().isEmpty()
                || vector.requests().isEmpty()
                || vector.command().contains("object-file"));
    return changes;
  }

  /** All that showed something, but for a program, of which the vectors do not tell enough. */
  static List<Vector> listings() throws IOException {
    List<Vector> listings = new ArrayList<>(vectors());
    listings.removeIf(vector -> vector.replies().isEmpty() || vector.out().contains("jited"));
    return listings;
  }

  @ParameterizedTest
  @MethodSource("changes")
  void asksTheSame(Vector vector) {
    ReplayedDatapath datapath = new ReplayedDatapath().with(IFB0);
    Run run = Run.of(() -> datapath, Batch.split(vector.command(), new Problems()));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(datapath.told).hasSize(1);
    assertThat(Wire.fields(Wire.request(datapath.told.getFirst())))
        .isEqualTo(Wire.fields(vector.requests().getFirst()));
  }

  @ParameterizedTest
  @MethodSource("listings")
  void printsTheSame(Vector vector) {
    ReplayedDatapath datapath = datapath(vector);
    Run run = Run.of(() -> datapath, Batch.split(vector.command(), new Problems()));
    if (vector.replies().size() == MOST_REPLIES) {
      // Of longer listings, the vectors keep the first replies and everything that was printed.
      assertThat(run.code()).isEqualTo(vector.code());
      assertThat(vector.out()).startsWith(run.out().replace("]\n", ""));
    } else {
      assertThat(run).isEqualTo(new Run(vector.code(), vector.out(), ""));
    }
  }
}
