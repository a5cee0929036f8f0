package dev.sluice.conformance.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.plan.Installation;
import dev.sluice.policy.rule.RuleName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/policy-examples.md} says of its policies is so. */
class PolicyExamplesTest {
  private static final List<String> WORKLOADS = List.of("web", "db", "backup");
  private static final Path PAGE = Path.of("../docs/policy-examples.md");

  /** What is counted beside what a rule is for. */
  private static final List<RuleName.Kind> ASIDE =
      List.of(RuleName.Kind.LIMIT_DROPPED, RuleName.Kind.REFUSED, RuleName.Kind.CLASS);

  @TempDir Path folder;

  static Stream<WorkedExample> examples() {
    return WorkedExample.read(PAGE).stream();
  }

  @Test
  void thereAreFive() {
    List<WorkedExample> examples = WorkedExample.read(PAGE);
    assertThat(examples).hasSize(5);
    assertThat(examples).allMatch(one -> !one.packets().isEmpty() || !one.loads().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void inTheEngine(WorkedExample example) {
    try (Stage stage = new EngineStage(WORKLOADS)) {
      check(example, stage, 0.01, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  @Tag("datapath.kernel")
  void onTheKernel(WorkedExample example) {
    try (Stage stage = new KernelStage(WORKLOADS)) {
      check(example, stage, 0.03, 3);
    }
  }

  private void check(WorkedExample example, Stage stage, double tolerance, int tries) {
    try (Installation installation = Stage.putInPlace(stage, example.write(folder))) {
      assertThat(installation.warnings()).isEmpty();
      Map<Probe, Boolean> verdicts = new LinkedHashMap<>();
      example.packets().keySet().forEach(probe -> verdicts.put(probe, stage.delivers(probe)));
      assertThat(verdicts).isEqualTo(example.packets());
      Map<String, Long> counts = new LinkedHashMap<>();
      installation
          .counts()
          .forEach(
              (rule, count) -> {
                if (!ASIDE.contains(rule.kind())) {
                  counts.put(rule.name(), count.packets());
                }
              });
      assertThat(counts).containsAllEntriesOf(example.counts());
      for (Map<TestFlow, Double> load : example.loads()) {
        Loads.assertShares(stage, load, tolerance, tries);
      }
    }
  }
}
