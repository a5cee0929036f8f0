package dev.sluice.policy.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final long LONG = 1_000_000_000;

  @Test
  void whatIsGivenUpIsUsedAgainOnlyAfterAGrace() {
    Places places = new Places(4, 8);
    places.limit(12);
    assertThat(places.take(8)).isEqualTo(4);
    places.retire(4, 8, 0);
    assertThat(places.take(4)).isEqualTo(-1);
    places.begin(1);
    assertThat(places.take(4)).isEqualTo(-1);
    places.begin(LONG);
    assertThat(places.take(3)).isEqualTo(4);
    assertThat(places.take(5)).isEqualTo(7);
    assertThat(places.take(1)).isEqualTo(-1);
    assertThat(places.used()).isEqualTo(12);
  }

  @Test
  void nothingNeedsNoPlace() {
    Places places = new Places(0, 8);
    places.limit(0);
    assertThat(places.take(0)).isZero();
  }
}
