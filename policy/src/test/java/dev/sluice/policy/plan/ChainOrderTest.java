package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChainOrderTest {
  private static ChainOrder order(List<String> before, List<String> after) {
    return new ChainOrder(before, after);
  }

  @Test
  void withoutConditionsItGoesLast() {
    assertThat(order(List.of(), List.of()).in(List.of("a", "b")).index()).isEqualTo(2);
  }

  @Test
  void goesRightBeforeTheFirstThatIsMeant() {
    assertThat(order(List.of("cil_*"), List.of()).in(List.of("a", "cil_1", "cil_2")).index())
        .isEqualTo(1);
  }

  @Test
  void goesRightBehindTheLastThatIsMeant() {
    assertThat(order(List.of(), List.of("sluice")).in(List.of("sluice_in", "b", "c")).index())
        .isEqualTo(1);
    assertThat(order(List.of(), List.of("none")).in(List.of("a", "b")).index()).isZero();
  }

  @Test
  void takesAPlaceBetween() {
    ChainOrder.Place place = order(List.of("d"), List.of("a")).in(List.of("a", "b", "c", "d"));
    assertThat(place.index()).isEqualTo(3);
    assertThat(place.clash()).isNull();
  }

  @Test
  void saysWhichConditionsClash() {
    ChainOrder.Place place = order(List.of("a"), List.of("c")).in(List.of("a", "b", "c"));
    assertThat(place.clash()).contains("after c", "behind a");
    assertThat(place.index()).isEqualTo(3);
  }

  @Test
  void findsWhatIsNotWhereItShouldBe() {
    ChainOrder order = order(List.of("c"), List.of("a"));
    assertThat(order.misplaced(List.of("a", "own", "c"), 1)).isNull();
    assertThat(order.misplaced(List.of("own", "a", "c"), 0)).contains("before a");
    assertThat(order.misplaced(List.of("a", "c", "own"), 2)).contains("behind c");
  }
}
