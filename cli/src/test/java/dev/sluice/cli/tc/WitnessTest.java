package dev.sluice.cli.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.datapath.NotPermitted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gives the same commands to Sluice's tc and to iproute2's, each in a namespace of its own, and
 * compares what they print and end with. Runs as root, where there is an iproute2 of 6.15 or later.
 */
class WitnessTest {
  private Witness witness;

  WitnessTest() throws IOException, InterruptedException {
    Optional<Witness> found = Witness.find();
    assumeTrue(
        found.isPresent(),
        "needs iproute2 6.15 or later: no such tc on the PATH or in SLUICE_TC_WITNESS");
    witness = found.orElseThrow();
  }

  @BeforeEach
  void needsNamespaces() {
    try (Twins twins = new Twins(witness)) {
      assertThat(twins).isNotNull();
    } catch (NotPermitted e) {
      assumeTrue(false, "needs a network namespace: " + e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qdisc.lines", "filter.lines"})
  void saysTheSame(String resource) throws IOException, InterruptedException {
    List<String> differences = new ArrayList<>();
    int compared = 0;
    try (Twins twins = new Twins(witness)) {
      for (String line : Lines.of(resource)) {
        differences.addAll(twins.compare(Batch.split(line, new Problems())));
        compared++;
      }
      differences.addAll(twins.compareState());
    }
    assertThat(differences).isEmpty();
    System.out.println("tc " + resource + ": " + compared + " commands as " + witness);
  }

  @Test
  void tellsTheKernelTheSame() throws IOException, InterruptedException {
    List<String> differences = new ArrayList<>();
    try (Twins twins = new Twins(witness)) {
      for (String line : Lines.of("state.lines")) {
        differences.addAll(twins.compare(Batch.split(line, new Problems())));
        differences.addAll(twins.compareState());
      }
    }
    assertThat(differences).isEmpty();
  }

  static List<String> batches() throws IOException {
    try (var in = WitnessTest.class.getResourceAsStream("batches.txt")) {
      String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return List.of(all.split("(?m)^-- next --\n", -1));
    }
  }

  @ParameterizedTest
  @MethodSource("batches")
  void runsBatchesAlike(String batch, @TempDir Path folder)
      throws IOException, InterruptedException {
    Path file = folder.resolve("batch");
    Files.writeString(file, batch);
    List<String> differences = new ArrayList<>();
    for (String[] words :
        List.of(
            new String[] {"-b", "-"},
            new String[] {"-b", file.toString()},
            new String[] {"-force", "-b", "-"},
            new String[] {"-j", "-s", "-force", "-batch", file.toString()})) {
      try (Twins twins = new Twins(witness)) {
        differences.addAll(twins.compare(batch, words));
        differences.addAll(twins.compareState());
      }
    }
    assertThat(differences).isEmpty();
  }
}
