package dev.sluice.cli.simulation;

import dev.sluice.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code sluice try} in the engine, on files in a folder of its own: no root is needed. */
abstract class TryScenario {
  static final Path EXAMPLES = examples();
  static final Path SHOP = EXAMPLES.resolve("shop");
  static final String TREE =
      """
      qdisc add dev eth0 root handle 1: htb default 20
      class add dev eth0 parent 1: classid 1:1 htb rate 10mbit
      class add dev eth0 parent 1:1 classid 1:10 htb rate 6mbit ceil 10mbit
      class add dev eth0 parent 1:1 classid 1:20 htb rate 2mbit ceil 10mbit
      filter add dev eth0 protocol ip parent 1:0 prio 1 u32 match ip src 10.0.0.1/32 flowid 1:10
      """;
  static final String TWO_FLOWS =
      """
      duration: 2s
      flows:
        - name: good
          packet: udp 10.0.0.1:1000 > 10.0.0.9:9 len 1000
          rate: 20mbit
        - name: other
          packet: udp 10.0.0.2:1000 > 10.0.0.9:9 len 1000
          rate: 20mbit
      """;

  @TempDir Path folder;

  static Path examples() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(here.resolve("examples"))) {
      here = java.util.Objects.requireNonNull(here.getParent(), "no examples above the test");
    }
    return here.resolve("examples");
  }

  final Path file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Run tried(Object... words) {
    return Run.of(
        Stream.concat(Stream.of("try"), Stream.of(words).map(Object::toString))
            .toArray(String[]::new));
  }

  static JsonNode json(Run run) {
    return JsonMapper.builder().build().readTree(run.succeeded().out());
  }

  static JsonNode named(JsonNode list, String key, String name) {
    for (JsonNode entry : list) {
      if (entry.path(key).asString().equals(name)) {
        return entry;
      }
    }
    throw new AssertionError("no " + name + " in " + list);
  }

  final List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
