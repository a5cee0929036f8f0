package dev.sluice.engine.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ReceivedRangesProperties {
  /** Bytes 0 to 199, arriving in ranges of 10: what is expected next is the first that lacks. */
  @Property
  void expectsTheFirstByteThatLacks(
      @ForAll @Size(max = 60) List<@IntRange(max = 190) Integer> starts) {
    ReceivedRanges ranges = new ReceivedRanges();
    BitSet there = new BitSet();
    long next = 0;
    for (int start : starts) {
      there.set(start, start + 10);
      next = ranges.add(next, start, start + 10);

      assertThat(next).isEqualTo(there.nextClearBit(0));
    }
  }
}
