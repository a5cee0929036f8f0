package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.PerfEventArray;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Fault;
import org.junit.jupiter.api.Test;

class EventOutputTest {
  private static final long CURRENT = 0xffff_ffffL;
  private final Bench bench = Bench.ipv4();
  private final EngineMap events =
      new PerfEventArray(new Machine(() -> 0, 1), shape(MapType.PERF_EVENT_ARRAY));
  private final long map = Address.of(Address.MAP | bench.slots.add(events), 0);
  private final long data = bench.stack(0, "aabbcc");

  private static MapInfo shape(MapType type) {
    return new MapInfo(0, type, type.number(), "events", 4, 4, 4, 2, 0, 0, 0, 0);
  }

  private long output(long flags) {
    return bench.call(HelperFunction.PERF_EVENT_OUTPUT, CONTEXT, map, flags, data, 3);
  }

  @Test
  void dataComesBeforeTheStartOfThePacket() {
    assertThat(output(CURRENT)).isZero();
    assertThat(output(CURRENT | 4L << 32)).isZero();

    assertThat(bench.events)
        .containsExactly(events.id() + " aabbcc", events.id() + " aabbcc" + "02000000");
  }

  @Test
  void argumentsAreChecked() {
    assertThat(output(CURRENT | 1L << 52)).isEqualTo(-22);
    assertThat(output(CURRENT | 61L << 32)).isEqualTo(-14);
    assertThat(output(2)).isEqualTo(-7);
    assertThat(output(1)).isEqualTo(-2);
    bench.listening = false;
    assertThat(output(CURRENT)).isEqualTo(-2);
    assertThat(bench.events).isEmpty();
  }

  @Test
  void anotherMapIsAFault() {
    long other =
        Address.of(
            Address.MAP
                | bench.slots.add(
                    new PerfEventArray(new Machine(() -> 0, 1), shape(MapType.ARRAY))),
            0);

    assertThatExceptionOfType(Fault.class)
        .isThrownBy(
            () -> bench.call(HelperFunction.PERF_EVENT_OUTPUT, CONTEXT, other, CURRENT, data, 3));
  }
}
