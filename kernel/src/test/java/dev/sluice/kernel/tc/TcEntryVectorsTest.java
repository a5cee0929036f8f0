package dev.sluice.kernel.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a kernel answered is read as what iproute2 printed of it. */
final class TcEntryVectorsTest {
  private static final Device ETH0 = new Device(2, "eth0");

  private static List<MessageReader> replies(String command, int index) {
    List<Vectors.Vector> vectors =
        Vectors.all().stream().filter(v -> v.command().equals("tc " + command)).toList();
    List<MessageReader> replies = new ArrayList<>();
    for (ByteBuffer reply : vectors.get(index).replies()) {
      MessageReader reader = new MessageReader(reply);
      assertThat(reader.next()).isTrue();
      if (TcEntry.deviceIndex(reader) == ETH0.index()) {
        replies.add(reader);
      }
    }
    return replies;
  }

  private static QdiscEntry qdisc(String command, int index) {
    return TcEntry.qdisc(replies(command, index).getFirst(), ETH0);
  }

  @Test
  void everyReplyIsModelled() {
    int count = 0;
    for (Vectors.Vector vector : Vectors.all()) {
      for (ByteBuffer reply : vector.replies()) {
        MessageReader reader = new MessageReader(reply);
        while (reader.next()) {
          count++;
          switch (reader.type()) {
            case NetlinkDescriptor.RTM_NEWQDISC ->
                assertThat(TcEntry.qdisc(reader, ETH0).qdisc())
                    .isNotInstanceOf(Qdisc.Unknown.class);
            case NetlinkDescriptor.RTM_NEWTCLASS ->
                assertThat(TcEntry.trafficClass(reader, ETH0).trafficClass())
                    .isNotInstanceOf(TrafficClass.Unknown.class);
            case NetlinkDescriptor.RTM_NEWTFILTER -> {
              FilterEntry entry = TcEntry.filter(reader, ETH0);
              assertThat(entry.filter() instanceof Filter.Unknown).isFalse();
              assertThat(entry.filter() == null).isEqualTo(entry.handle() == 0);
            }
            default -> throw new AssertionError("type " + reader.type());
          }
        }
      }
    }
    assertThat(count).isGreaterThan(60);
  }

  @Test
  void tokenBucket() {
    QdiscEntry entry = qdisc("-s qdisc show dev eth0", 0);
    assertThat(entry.handle()).isEqualTo(Handle.of(0x8008, 0));
    assertThat(entry.references()).isEqualTo(3);
    assertThat(entry.offloaded()).isFalse();
    assertThat(entry.statistics()).isEqualTo(Statistics.ZERO);
    Tbf tbf = (Tbf) entry.qdisc();
    assertThat(tbf.rate().rate()).isEqualTo(Rate.megabits(10));
    assertThat(tbf.burst().bytes()).isEqualTo(4096);
    assertThat(tbf.limit()).isEqualTo(504096);
  }

  @Test
  void tokenBucketWithPeak() {
    Tbf tbf = (Tbf) qdisc("qdisc show dev eth0", 1).qdisc();
    assertThat(tbf.rate().rate()).isEqualTo(Rate.megabits(1));
    assertThat(tbf.burst().bytes()).isEqualTo(5120);
    assertThat(tbf.peak()).isNotNull();
    assertThat(tbf.peak().rate()).isEqualTo(Rate.megabits(2));
    assertThat(tbf.peakBurst()).isNotNull();
    assertThat(tbf.peakBurst().bytes()).isEqualTo(1540);
  }

  @Test
  void tokenBucketOnAtm() {
    Tbf tbf = (Tbf) qdisc("-d qdisc show dev eth0", 0).qdisc();
    assertThat(tbf.rate().linkLayer()).isEqualTo(LinkLayer.ATM);
    assertThat(tbf.rate().overhead()).isEqualTo(24);
    assertThat(tbf.rate().minimumPacketUnit()).isEqualTo(64);
  }

  @Test
  void rateThatTakesMoreThanThirtyTwoBits() {
    Tbf tbf = (Tbf) qdisc("qdisc show dev eth0", 2).qdisc();
    assertThat(tbf.rate().rate()).isEqualTo(Rate.megabits(40_000));
  }

  @Test
  void hierarchy() {
    QdiscEntry entry = qdisc("-s qdisc show dev eth0", 1);
    assertThat(entry.qdisc()).isEqualTo(new Htb(0x12, 10, 1000L, false, 0, 0x30011));
    assertThat(entry.statistics().own()).isEqualTo(new Statistics.HtbQdisc(0));
  }

  @Test
  void classes() {
    List<ClassEntry> entries =
        replies("-s -d class show dev eth0", 0).stream()
            .map(reply -> TcEntry.trafficClass(reply, ETH0))
            .toList();
    assertThat(entries).hasSize(3);
    TrafficClass.HtbClass leaf = (TrafficClass.HtbClass) entries.getFirst().trafficClass();
    assertThat(entries.getFirst().parent()).isEqualTo(Handle.of(1, 1));
    assertThat(leaf.rate().rate()).isEqualTo(Rate.megabits(8));
    assertThat(leaf.ceil().rate()).isEqualTo(Rate.megabits(10));
    assertThat(leaf.burst().bytes()).isEqualTo(1600);
    assertThat(leaf.quantum()).isEqualTo(100_000);
    assertThat(leaf.level()).isEqualTo(0);
    assertThat(entries.getFirst().statistics().own())
        .isEqualTo(new Statistics.HtbClass(0, 0, 0, 25_000, 20_000));
    assertThat(((TrafficClass.HtbClass) entries.get(1).trafficClass()).level()).isEqualTo(7);
  }

  @Test
  void filterWithAction() {
    List<FilterEntry> entries =
        replies("-s filter show dev eth0 ingress", 0).stream()
            .map(reply -> TcEntry.filter(reply, ETH0))
            .toList();
    assertThat(entries.get(0).filter()).isNull();
    assertThat(entries.get(1).filter()).isInstanceOf(U32.class);
    assertThat(((U32) entries.get(1).filter()).divisor()).isEqualTo(1);
    FilterEntry node = entries.get(2);
    assertThat(node.chain()).isEqualTo(0);
    assertThat(node.filter()).isNotNull();
    assertThat(node.filter().actions())
        .containsExactly(new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, 9, 4, 1));
    assertThat(node.actionStates()).hasSize(1);
    assertThat(node.actionStates().getFirst().references()).isEqualTo(1);
    assertThat(node.actionStates().getFirst().bindings()).isEqualTo(1);
    assertThat(node.actionStates().getFirst().statistics()).isEqualTo(Statistics.ZERO);
    assertThat(node.actionStates().getFirst().inHardwareCount()).isEqualTo(0);
  }

  @Test
  void programs() {
    List<FilterEntry> entries =
        replies("filter show dev eth0 egress", 0).stream()
            .map(reply -> TcEntry.filter(reply, ETH0))
            .toList();
    assertThat(entries.get(1).handle()).isEqualTo(7);
    assertThat(entries.get(1).filter())
        .isEqualTo(
            new BpfFilter(
                new BpfFilter.Installed(1510, "59f4a931744dcdc6", "action-ebpf:[action-ok]"),
                true,
                null,
                Filter.NOT_IN_HARDWARE,
                List.of()));
    assertThat(entries.get(3).priority()).isEqualTo(0xc000);
    assertThat(entries.get(3).protocol()).isEqualTo(3);
    BpfFilter classic = (BpfFilter) entries.get(3).filter();
    assertThat(classic).isNotNull();
    assertThat(classic.source())
        .isEqualTo(new BpfFilter.Classic(List.of(new BpfFilter.Classic.Instruction(6, 0, 0, -1))));
  }

  @Test
  void unknownKindsKeepTheirOptions() {
    Bytes options = Bytes.ofHex("08000100010000000500020007000000");
    Qdisc qdisc = new Qdisc.Unknown("fq", options);
    TrafficClass trafficClass = new TrafficClass.Unknown("hfsc", options);
    Filter filter = new Filter.Unknown("flower", options);
    assertThat(
            TcEntry.qdisc(
                    written(Change.OfQdisc.add(ETH0, Handle.ROOT, Handle.of(1, 0), qdisc)), ETH0)
                .qdisc())
        .isEqualTo(qdisc);
    assertThat(
            TcEntry.trafficClass(
                    written(Change.OfClass.add(ETH0, Handle.ROOT, Handle.of(1, 1), trafficClass)),
                    ETH0)
                .trafficClass())
        .isEqualTo(trafficClass);
    assertThat(
            TcEntry.filter(written(Change.OfFilter.add(ETH0, Handle.ROOT, 1, 3, filter)), ETH0)
                .filter())
        .isEqualTo(filter);
  }

  private static MessageReader written(Change change) {
    MessageWriter out = new MessageWriter();
    TcRequest.write(out, change, 0);
    MessageReader reader = new MessageReader(ByteBuffer.wrap(out.toByteArray()));
    assertThat(reader.next()).isTrue();
    return reader;
  }
}
