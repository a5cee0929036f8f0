package dev.sluice.policy.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import dev.sluice.policy.queue.QueueFinding.Severity;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import dev.sluice.policy.spec.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QueueLintTest {
  private static List<String> lint(Sharing sharing) {
    return QueueLint.of(sharing, "sharing/0").stream()
        .map(f -> (f.severity() == Severity.ERROR ? "E " : "W ") + f.path())
        .toList();
  }

  private static List<String> lint(Shape shape) {
    return QueueLint.of(shape, "shaping/0/upload", QueueLint.ETHERNET).stream()
        .map(f -> (f.severity() == Severity.ERROR ? "E " : "W ") + f.path())
        .toList();
  }

  @Test
  void whatIsSoundHasNoFindings() {
    assertThat(lint(Sharings.of(10, "b", Sharings.leaf("a", 8), Sharings.leaf("b", 2)))).isEmpty();
    assertThat(lint(Sharings.shape(10, null))).isEmpty();
    assertThat(lint(Sharings.shape(1000, null))).isEmpty();
  }

  @Test
  void moreIsGuaranteedThanThereIs() {
    assertThat(
            lint(
                Sharings.of(
                    10,
                    null,
                    Sharings.leaf("a", 8),
                    Sharings.inner("b", 3, Sharings.leaf("c", 4)))))
        .containsExactly("W sharing/0/classes/1/classes", "W sharing/0/classes");
  }

  @Test
  void ceilings() {
    assertThat(
            lint(
                Sharings.of(
                    10,
                    null,
                    Sharings.leaf("a", 4, Rate.megabits(3), 0),
                    Sharings.leaf("b", 4, Rate.megabits(11), 0))))
        .containsExactly("E sharing/0/classes/0/ceil", "W sharing/0/classes/1/ceil");
  }

  @Test
  void buckets() {
    assertThat(lint(Sharings.shape(1, 1000L))).containsExactly("E shaping/0/upload/burst");
    assertThat(lint(Sharings.shape(1, 2000L))).containsExactly("W shaping/0/upload/burst");
    assertThat(lint(Sharings.shape(1, 3028L))).isEmpty();
    assertThat(lint(Sharings.shape(10, 4096L))).containsExactly("W shaping/0/upload/burst");
    ShareClass small =
        new ShareClass(
            "a",
            Rate.megabits(4),
            Rate.megabits(8),
            null,
            new DataSize(2000),
            null,
            List.of(),
            List.of());
    assertThat(lint(Sharings.of(10, null, small))).containsExactly("W sharing/0/classes/0/burst");
  }

  @Test
  void ratesOfNothing() {
    assertThat(lint(new Shape(new Rate(0), null, null))).containsExactly("E shaping/0/upload/rate");
    assertThat(lint(Sharings.of(10, null, Sharings.leaf("a", 0))))
        .containsExactly("E sharing/0/classes/0/rate");
  }

  @Test
  void namesAndPlaces() {
    ShareClass both =
        new ShareClass(
            "both",
            Rate.megabits(1),
            null,
            9,
            null,
            null,
            List.of(Match.ANY),
            List.of(Sharings.leaf("a", 1)));
    assertThat(lint(Sharings.of(10, "both", Sharings.leaf("a", 1), both)))
        .containsExactly(
            "E sharing/0/classes/1/priority",
            "E sharing/0/classes/1/match",
            "E sharing/0/classes/1/classes/0/name",
            "E sharing/0/defaultClass");
    assertThat(lint(Sharings.of(10, "c", Sharings.leaf("a", 1))))
        .containsExactly("E sharing/0/defaultClass");
  }

  @Test
  void depth() {
    assertThat(lint(Sharings.of(10, null, nested(7)))).isEmpty();
    assertThat(QueueLint.of(Sharings.of(10, null, nested(8)), "sharing/0"))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.isError()).isTrue();
              assertThat(f.path()).isEqualTo("sharing/0" + "/classes/0".repeat(7) + "/classes");
              assertThat(f.text()).contains("8 levels");
            });
  }

  static ShareClass nested(int levels) {
    return levels == 1
        ? Sharings.leaf("n1", 1)
        : Sharings.inner("n" + levels, 1, nested(levels - 1));
  }

  @Test
  void aWholePolicyIsToldWithItsPlaces() {
    Spec spec =
        new Spec(
            List.of(),
            List.of(),
            List.of(),
            List.of(new Shaping("eth0", null, null, Sharings.shape(1, 1L))),
            List.of(
                Sharings.of(1, null, Sharings.leaf("a", 1)),
                Sharings.of(1, null, Sharings.leaf("a", 2))),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    assertThat(QueueLint.of(spec))
        .extracting(QueueFinding::path)
        .containsExactly("shaping/0/download/burst", "sharing/1/classes");
  }
}
