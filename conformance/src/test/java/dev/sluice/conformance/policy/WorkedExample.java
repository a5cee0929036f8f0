package dev.sluice.conformance.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An example of {@code docs/policy-examples.md}: a policy, and what its text says of it.
 *
 * @param title its heading
 * @param policy the policy
 * @param files what it reads, by their names
 * @param packets packets, in their order, and whether each arrives
 * @param counts what rules have counted then
 * @param loads flows that run at the same time, and the Mbit/s that arrive of each
 */
record WorkedExample(
    String title,
    String policy,
    Map<String, String> files,
    Map<Probe, Boolean> packets,
    Map<String, Long> counts,
    List<Map<TestFlow, Double>> loads) {
  private static final Pattern HEADING = Pattern.compile("(?m)^## (.*)$");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(yaml|text)\n(.*?)^```$");
  private static final Pattern DATABASE = Pattern.compile("databases: (\\S+)");
  private static final Pattern PACKET = Pattern.compile("\\| (\\w+): `(.*?)` \\| (yes|no) \\|");
  private static final Pattern COUNT = Pattern.compile("\\| `(.*?)` \\| (\\d+) \\|");
  private static final Pattern FLOW =
      Pattern.compile(
          "\\| (\\w+): `(.*?)` \\| (?:([0-9.]+) Mbit/s|as much as it can) \\| ([0-9.]+) Mbit/s"
              + " \\|");
  private static final Pattern RULER = Pattern.compile("\\|[-|]+\\|");

  /** The examples of a page. */
  static List<WorkedExample> read(Path page) {
    String text;
    try {
      text = Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<WorkedExample> examples = new ArrayList<>();
    Matcher heading = HEADING.matcher(text);
    List<Integer> starts = new ArrayList<>();
    while (heading.find()) {
      starts.add(heading.start());
    }
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : text.length();
      examples.add(of(text.substring(starts.get(i), end)));
    }
    return examples;
  }

  private static WorkedExample of(String section) {
    String title = section.substring(3, section.indexOf('\n'));
    Map<String, String> blocks = new LinkedHashMap<>();
    Matcher block = BLOCK.matcher(section);
    while (block.find()) {
      if (blocks.put(block.group(1), block.group(2)) != null) {
        throw new IllegalArgumentException(title + ": two blocks of " + block.group(1));
      }
    }
    String policy = blocks.getOrDefault("yaml", "");
    Map<String, String> files = new LinkedHashMap<>();
    Matcher database = DATABASE.matcher(policy);
    if (database.find()) {
      files.put(database.group(1), blocks.getOrDefault("text", ""));
    }
    WorkedExample example =
        new WorkedExample(
            title, policy, files, new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    section.lines().filter(line -> line.startsWith("|")).forEach(example::row);
    return example;
  }

  private void row(String line) {
    Matcher packet = PACKET.matcher(line);
    Matcher count = COUNT.matcher(line);
    Matcher flow = FLOW.matcher(line);
    if (packet.matches()) {
      Probe probe = new Probe(packet.group(1), packet.group(2));
      if (packets.put(probe, packet.group(3).equals("yes")) != null) {
        throw new IllegalArgumentException(title + ": twice " + probe);
      }
    } else if (count.matches()) {
      counts.put(count.group(1), Long.parseLong(count.group(2)));
    } else if (flow.matches()) {
      Probe first = new Probe(flow.group(1), flow.group(2));
      double offered = flow.group(3) == null ? 0 : Double.parseDouble(flow.group(3));
      loads
          .getLast()
          .put(new TestFlow(first.toString(), first, offered), Double.parseDouble(flow.group(4)));
    } else if (line.equals("| at the same time | offered | arrives |")) {
      loads.add(new LinkedHashMap<>());
    } else if (!RULER.matcher(line).matches()
        && !line.equals("| packet | arrives |")
        && !line.equals("| rule | packets |")) {
      throw new IllegalArgumentException(title + ": a row that nobody checks: " + line);
    }
  }

  /** Writes the policy and what it reads into a folder. */
  Path write(Path folder) {
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
      return Files.writeString(folder.resolve("policy.yaml"), policy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return title;
  }
}
