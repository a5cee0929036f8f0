package dev.sluice.policy.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final long LONG = 10_000_000_000L;

  /** A clock that stands still unless somebody waits. */
  private static final class Clock implements Places.Clock {
    private long now;
    private long paused;

    @Override
    public long now() {
      return now;
    }

    @Override
    public void pause(long nanoseconds) {
      now += nanoseconds;
      paused += nanoseconds;
    }
  }

  private final Clock clock = new Clock();

  @Test
  void whatIsGivenUpIsUsedAgainOnlyAfterAGrace() {
    Places places = new Places(4, 8, clock);
    places.limit(20);
    assertThat(places.take(8)).isEqualTo(4);
    places.retire(4, 8);
    clock.now += LONG;
    // Something leads there until all is written.
    assertThat(places.take(4)).isEqualTo(12);
    places.written();
    assertThat(places.take(4)).isEqualTo(16);
    clock.now += LONG;
    assertThat(places.take(3)).isEqualTo(4);
    assertThat(places.take(5)).isEqualTo(7);
    assertThat(places.take(1)).isEqualTo(-1);
    assertThat(places.used()).isEqualTo(20);
    assertThat(clock.paused).isZero();
  }

  @Test
  void itWaitsForRoomThatThereWillBe() {
    Places places = new Places(0, 8, clock);
    places.limit(8);
    assertThat(places.take(8)).isZero();
    places.retire(0, 8);
    assertThat(places.take(1)).isEqualTo(-1);
    places.written();
    assertThat(places.take(1)).isZero();
    assertThat(clock.paused).isBetween(100_000_000L, LONG);
  }

  @Test
  void nothingNeedsNoPlace() {
    Places places = new Places(0, 8, clock);
    places.limit(0);
    assertThat(places.take(0)).isZero();
  }
}
