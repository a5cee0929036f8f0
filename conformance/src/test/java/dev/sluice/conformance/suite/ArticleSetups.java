package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Frame.Udp;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.U32;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The three set-ups that introduce traffic control: a device held to a rate, a rate shared between
 * classes, and a class for one source. What rates come of them the demo and the benchmark measure.
 */
@Needs({Feature.TBF, Feature.HTB, Feature.U32})
public abstract class ArticleSetups extends TrafficSuite {
  /** {@code tc qdisc add dev … root tbf rate 10mbit burst 32kbit latency 400ms}. */
  @Test
  void oneRateForADevice() {
    addRoot(Handle.UNSPECIFIED, Tbf.of(Rate.megabits(10), 4096, 400_000));
    transmit(Frame.labelled("tbf"));

    Tbf tbf = (Tbf) root().qdisc();
    assertThat(tbf.rate().rate()).isEqualTo(Rate.bits(10_000_000));
    assertThat(tbf.burst().bytes()).isEqualTo(4096);
    assertThat(tbf.limit()).isEqualTo(10_000_000 / 8 * 4 / 10 + 4096);
    assertThat(rootStatistics(s -> s.packets() > 0).packets()).isPositive();
  }

  /**
   * {@code tc qdisc add dev … root handle 1: htb default 12} and classes of 8 and 2 Mbit/s that may
   * borrow up to 10.
   */
  @Test
  void aRateSharedBetweenClasses() {
    Rate ten = Rate.megabits(10);
    addRoot(ONE, Htb.withDefault(0x12));
    addClass(ONE, 1, ten, ten);
    addClass(Handle.of(1, 1), 0x10, Rate.megabits(8), ten);
    addClass(Handle.of(1, 1), 0x12, Rate.megabits(2), ten);
    transmit(Frame.labelled("htb"));

    assertThat(trafficControl().classes(device()))
        .extracting(ClassEntry::id, ClassEntry::parent)
        .containsExactlyInAnyOrder(
            tuple(Handle.of(1, 1), Handle.ROOT),
            tuple(Handle.of(1, 0x10), Handle.of(1, 1)),
            tuple(Handle.of(1, 0x12), Handle.of(1, 1)));
    TrafficClass.HtbClass eight = (TrafficClass.HtbClass) classEntry(0x10).trafficClass();
    assertThat(eight.rate().rate()).isEqualTo(Rate.megabits(8));
    assertThat(eight.ceil().rate()).isEqualTo(ten);
    assertThat(packetsByClass()).containsOnlyKeys(0x12);
  }

  /**
   * {@code tc qdisc add dev … root handle 1: htb default 30}, a class of 1 Mbit/s, and a u32 filter
   * that sends 192.168.1.100 to it. Class {@code 1:30} is not there, so the rest goes unshaped.
   */
  @Test
  void aClassForOneSource() {
    addRoot(ONE, Htb.withDefault(0x30));
    addClass(ONE, 1, Rate.megabits(100), Rate.megabits(100));
    addClass(Handle.of(1, 1), 0x10, Rate.megabits(1), Rate.megabits(1));
    U32.Key source = new U32.Key(-1, Frame.ipv4("192.168.1.100"), 12, 0);
    addFilter(ONE, 1, U32.matching(List.of(source), Handle.of(1, 0x10)));
    transmit(
        Udp.of("192.168.1.100", 1, "192.168.1.1", 1).labelled("one").frame(),
        Udp.of("192.168.1.101", 1, "192.168.1.1", 1).labelled("another").frame());

    assertThat(packetsByClass()).containsEntry(0x10, 1L).hasSize(1);
    assertThat(root().statistics().own())
        .isInstanceOfSatisfying(
            Statistics.HtbQdisc.class, own -> assertThat(own.directPackets()).isPositive());
  }
}
