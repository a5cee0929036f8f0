package dev.sluice.engine.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.engine.Machine;
import dev.sluice.engine.vm.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingBufferTest {
  private final RingBuffer ring =
      (RingBuffer)
          OpenMap.of(
              new EngineMaps(new Machine(() -> 0, 1))
                  .create(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096)));
  private final List<Integer> seen = new ArrayList<>();

  private int reserve(int number) {
    int at = ring.reserve(100);
    if (at >= 0) {
      GuestMemory.putInt(ring.values(), at, number);
    }
    return at;
  }

  private void drain() {
    ring.drain((bytes, at, length) -> seen.add(GuestMemory.getInt(bytes, at)));
  }

  @Test
  void recordsComeInOrderAndNotBeforeTheyAreFinished() {
    int first = reserve(1);
    int second = reserve(2);
    ring.finish(second, false);
    drain();
    assertThat(seen).isEmpty();
    ring.finish(first, false);
    drain();

    assertThat(seen).containsExactly(1, 2);
    assertThat(ring.available()).isZero();
  }

  @Test
  void whatIsDiscardedIsSkipped() {
    ring.finish(reserve(1), true);
    ring.finish(reserve(2), false);
    drain();

    assertThat(seen).containsExactly(2);
  }

  /** A record takes 8 bytes of header and is rounded up to 8: 112 here, 36 of them fit. */
  @Test
  void aFullBufferGivesNothing() {
    int fitted = 0;
    while (reserve(fitted) >= 0) {
      fitted++;
    }

    assertThat(fitted).isEqualTo(36);
    assertThat(ring.lost()).isEqualTo(1);
    assertThat(ring.reserve(5000)).isEqualTo(-1);
  }

  @Test
  void aRecordOverTheEndIsInOnePiece() {
    for (int number = 0; number < 500; number++) {
      ring.finish(reserve(number), false);
      drain();
    }

    assertThat(seen).hasSize(500).isSorted().endsWith(499);
  }
}
