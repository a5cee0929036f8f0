package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.step.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private final List<String> log = new ArrayList<>();
  private final Step step = Step.hitless("eth0", "a", () -> log.add("a"), () -> {});

  @Test
  void whatIsInTheWayKeepsAPlanFromRunning() {
    Plan plan =
        new Plan(
            List.of(step),
            List.of(PlanFinding.warning("eth0", "slow"), PlanFinding.blocking("eth0", "not ours")));
    assertThat(plan.blocking()).extracting(PlanFinding::sentence).containsExactly("not ours");
    assertThatThrownBy(plan::newRun).hasMessageContaining("not ours");
    assertThat(log).isEmpty();
  }

  @Test
  void aWarningDoesNot() {
    Plan plan = new Plan(List.of(step), List.of(PlanFinding.warning("eth0", "slow")));
    assertThat(plan.newRun().run().isDone()).isTrue();
    assertThat(log).containsExactly("a");
  }
}
