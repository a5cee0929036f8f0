package dev.sluice.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicyWriterTest {
  private static List<TrafficPolicy> read(String text) {
    return PolicyReader.parse("written", text).stream().map(PolicyDocument::policy).toList();
  }

  @Test
  void leavesOutWhatIsEmpty() {
    TrafficPolicy policy = TrafficPolicy.of("nothing", Spec.EMPTY);

    assertThat(PolicyWriter.yaml(policy))
        .isEqualTo(
            """
            apiVersion: sluice.dev/v1
            kind: TrafficPolicy
            metadata:
              name: nothing
            spec: {}
            """);
    assertThat(read(PolicyWriter.yaml(policy))).containsExactly(policy);
  }

  @Test
  void theExampleReadsBackEqual() throws IOException {
    List<TrafficPolicy> example = read(Project.example());

    assertThat(read(PolicyWriter.yaml(example))).isEqualTo(example);
    assertThat(read(PolicyWriter.json(example))).isEqualTo(example);
    assertThat(read(PolicyWriter.json(example.getFirst()))).isEqualTo(example);
  }

  @Test
  void policiesOfAnyValuesReadBackEqual() {
    RandomPolicy random = new RandomPolicy(20261127);
    List<TrafficPolicy> policies = IntStream.range(0, 200).mapToObj(i -> random.next()).toList();

    for (TrafficPolicy policy : policies) {
      assertThat(read(PolicyWriter.yaml(policy))).containsExactly(policy);
      assertThat(read(PolicyWriter.json(policy))).containsExactly(policy);
    }
    assertThat(read(PolicyWriter.yaml(policies))).isEqualTo(policies);
    assertThat(read(PolicyWriter.json(policies))).isEqualTo(policies);
  }
}
