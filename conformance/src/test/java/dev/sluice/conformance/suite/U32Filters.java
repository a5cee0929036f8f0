package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Frame.Udp;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What u32 filters match, seen by the HTB class that a packet ends in. Class {@code 1:ff} gets what
 * no filter chose.
 */
@Needs({Feature.U32, Feature.HTB})
public abstract class U32Filters extends TrafficSuite {
  private static final int REST = 0xff;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int PORTS = 20;
  private static final U32.Key ANYTHING = new U32.Key(0, 0, 0, 0);

  @BeforeEach
  void addClasses() {
    addHtb(REST);
    for (int minor : new int[] {0x10, 0x11, 0x12, REST}) {
      addClass(ONE, minor, FAST, FAST);
    }
  }

  private static U32.Key address(int at, String dotted, int prefix) {
    int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
    return new U32.Key(mask, Frame.ipv4(dotted) & mask, at, 0);
  }

  private static Handle classId(int minor) {
    return Handle.of(1, minor);
  }

  private void match(int priority, int minor, U32.Key... keys) {
    addFilter(ONE, priority, U32.matching(List.of(keys), classId(minor)));
  }

  private static Udp from(String source) {
    return Udp.of(source, 1000, "10.9.9.9", 2000);
  }

  /** How many of some packets each class got; the testbed's own are in the rest, not counted. */
  private Map<Integer, Long> classesOf(Udp... packets) {
    Map<Integer, Long> before = packetsByClass();
    List<Frame> frames = new ArrayList<>();
    for (Udp packet : packets) {
      frames.add(packet.frame());
    }
    transmit(frames, frames.size());
    Map<Integer, Long> after = packetsByClass();
    after.replaceAll((minor, packetsNow) -> packetsNow - before.getOrDefault(minor, 0L));
    after.values().removeIf(count -> count == 0);
    after.remove(REST);
    return after;
  }

  @Test
  void matchesASourceAddress() {
    match(1, 0x10, address(SOURCE, "192.168.1.100", 32));

    assertThat(classesOf(from("192.168.1.100"), from("192.168.1.101"), from("192.168.1.100")))
        .isEqualTo(Map.of(0x10, 2L));
  }

  @Test
  void matchesADestinationNetwork() {
    match(1, 0x10, address(DESTINATION, "10.2.0.0", 16));

    assertThat(
            classesOf(
                Udp.of("10.1.0.1", 1, "10.2.0.1", 1),
                Udp.of("10.1.0.1", 1, "10.2.255.255", 1),
                Udp.of("10.1.0.1", 1, "10.3.0.1", 1),
                Udp.of("10.2.0.1", 1, "10.1.0.1", 1)))
        .isEqualTo(Map.of(0x10, 2L));
  }

  @Test
  void matchesPorts() {
    match(1, 0x10, new U32.Key(0xffff0000, 53 << 16, PORTS, 0));
    match(2, 0x11, new U32.Key(0x0000ffff, 80, PORTS, 0));

    assertThat(
            classesOf(
                Udp.of("10.1.0.1", 53, "10.1.0.2", 9),
                Udp.of("10.1.0.1", 9, "10.1.0.2", 80),
                Udp.of("10.1.0.1", 9, "10.1.0.2", 53)))
        .isEqualTo(Map.of(0x10, 1L, 0x11, 1L));
  }

  @Test
  void matchesTheTypeOfService() {
    match(1, 0x10, new U32.Key(0x00ff0000, 0x00100000, 0, 0));

    assertThat(classesOf(from("10.1.0.1").typeOfService(0x10), from("10.1.0.1").typeOfService(8)))
        .isEqualTo(Map.of(0x10, 1L));
  }

  @Test
  void matchesOnlyWhenEveryWordDoes() {
    match(1, 0x10, address(SOURCE, "10.1.0.1", 32), new U32.Key(0x0000ffff, 80, PORTS, 0));

    assertThat(
            classesOf(
                Udp.of("10.1.0.1", 9, "10.1.0.2", 80),
                Udp.of("10.1.0.1", 9, "10.1.0.2", 81),
                Udp.of("10.1.0.3", 9, "10.1.0.2", 80)))
        .isEqualTo(Map.of(0x10, 1L));
  }

  @Test
  void matchesTheEthernetHeaderAtNegativeOffsets() {
    // The destination address ends with 2: see Frame.
    match(1, 0x10, new U32.Key(0xffff0000, 0x00020000, -10, 0));

    assertThat(classesOf(from("10.1.0.1"))).isEqualTo(Map.of(0x10, 1L));
  }

  @Test
  void aWordBehindTheEndOfThePacketEndsTheWholeFilter() {
    match(1, 0x10, new U32.Key(0, 0, 4000, 0));
    match(1, 0x11, ANYTHING);
    match(2, 0x12, ANYTHING);

    assertThat(classesOf(from("10.1.0.1"))).isEqualTo(Map.of(0x12, 1L));
  }

  @Test
  void theLowerPriorityNumberIsAskedFirst() {
    match(20, 0x10, ANYTHING);
    match(10, 0x11, address(SOURCE, "10.1.0.1", 32));

    assertThat(classesOf(from("10.1.0.1"), from("10.1.0.2"))).isEqualTo(Map.of(0x11, 1L, 0x10, 1L));
  }

  @Test
  void withinAPriorityTheOlderIsAskedFirst() {
    match(1, 0x10, address(SOURCE, "10.1.0.0", 16));
    match(1, 0x11, address(SOURCE, "10.1.0.1", 32));

    assertThat(classesOf(from("10.1.0.1"))).isEqualTo(Map.of(0x10, 1L));
  }

  @Test
  void aFilterOfAnotherProtocolIsNotAsked() {
    apply(
        Change.OfFilter.add(
            device(), ONE, 1, 0x86dd, U32.matching(List.of(ANYTHING), classId(0x10))));
    apply(
        Change.OfFilter.add(
            device(),
            ONE,
            2,
            Change.OfFilter.ALL_PROTOCOLS,
            U32.matching(List.of(ANYTHING), classId(0x11))));

    assertThat(classesOf(from("10.1.0.1")).keySet()).containsExactly(0x11);
  }

  @Test
  void aClassThatIsNotThereMeansTheRest() {
    match(1, 0x77, ANYTHING);
    long before = classEntry(REST).statistics().packets();
    transmit(from("10.1.0.1").frame());

    assertThat(classEntry(REST).statistics().packets()).isGreaterThan(before);
    assertThat(packetsByClass().keySet()).containsExactly(REST);
  }

  @Test
  void innerClassesAskTheirOwnFilters() {
    addClass(classId(0x10), 0x20, FAST, FAST);
    addClass(classId(0x10), 0x21, FAST, FAST);
    match(1, 0x10, ANYTHING);
    addFilter(
        classId(0x10), 1, U32.matching(List.of(address(SOURCE, "10.1.0.1", 32)), classId(0x20)));
    addFilter(classId(0x10), 2, U32.matching(List.of(ANYTHING), classId(0x21)));

    assertThat(classesOf(from("10.1.0.1"), from("10.1.0.2"))).isEqualTo(Map.of(0x20, 1L, 0x21, 1L));
  }

  /** A table of 256 buckets, chosen by the last byte of the source address. */
  @Test
  void hashTablesChooseABucketByAWord() {
    int table = U32.handle(2, 0, 0);
    add(1, table, hashTable(256));
    add(1, 0, leaf(U32.handle(2, 7, 0), 0x10, address(SOURCE, "10.1.0.7", 32)));
    add(1, 0, leaf(U32.handle(2, 8, 0), 0x11, address(SOURCE, "10.1.0.8", 32)));
    // In a bucket that its packets never come to.
    add(1, 0, leaf(U32.handle(2, 9, 0), 0x12, address(SOURCE, "10.1.0.1", 32)));
    add(1, 0, link(table, new U32.Selector(0, 0, 0, 0, 0, SOURCE, 0xff, List.of(ANYTHING))));

    assertThat(classesOf(from("10.1.0.7"), from("10.1.0.8"), from("10.1.0.1"), from("10.9.0.7")))
        .isEqualTo(Map.of(0x10, 1L, 0x11, 1L));
  }

  /** A link that skips the IP header, whose length it reads from the packet. */
  @Test
  void linksMoveTheStartOfOffsets() {
    int table = U32.handle(3, 0, 0);
    add(1, table, hashTable(1));
    add(1, 0, leaf(table, 0x10, new U32.Key(0x0000ffff, 80, 0, 0)));
    U32.Selector skipHeader =
        new U32.Selector(
            U32.Selector.VARIABLE_OFFSET | U32.Selector.EAT,
            6,
            0x0f00,
            0,
            0,
            0,
            0,
            List.of(new U32.Key(0x00ff0000, 17 << 16, 8, 0)));
    add(1, 0, link(table, skipHeader));

    assertThat(
            classesOf(Udp.of("10.1.0.1", 9, "10.1.0.2", 80), Udp.of("10.1.0.1", 80, "10.1.0.2", 9)))
        .isEqualTo(Map.of(0x10, 1L));
  }

  private void add(int priority, int handle, U32 filter) {
    apply(
        new Change.OfFilter(
            Change.Verb.ADD,
            device(),
            ONE,
            priority,
            Frame.IPV4,
            null,
            handle,
            filter.kind(),
            filter,
            null));
  }

  private static U32 hashTable(int divisor) {
    return new U32(null, 0, 0, divisor, null, null, null, 0, List.of(), null, null);
  }

  private static U32 leaf(int bucket, int minor, U32.Key... keys) {
    return new U32(
        classId(minor),
        bucket,
        0,
        0,
        U32.Selector.terminal(List.of(keys)),
        null,
        null,
        0,
        List.of(),
        null,
        null);
  }

  private static U32 link(int table, U32.Selector selector) {
    return new U32(null, 0, table, 0, selector, null, null, 0, List.of(), null, null);
  }

  @Test
  void readsBackAsItWasGiven() {
    U32 given =
        U32.matching(
            List.of(address(SOURCE, "192.168.1.100", 32), new U32.Key(0xffff, 80, PORTS, 0)),
            classId(0x10));
    addFilter(ONE, 7, given);
    FilterEntry entry =
        filters(ONE).stream()
            .filter(e -> e.filter() instanceof U32 u32 && u32.selector() != null)
            .findFirst()
            .orElseThrow();

    assertThat(entry.priority()).isEqualTo(7);
    assertThat(entry.protocol()).isEqualTo(Frame.IPV4);
    assertThat(entry.kind()).isEqualTo("u32");
    assertThat(entry.handle()).isEqualTo(U32.handle(0x800, 0, 0x800));
    assertThat(entry.filter())
        .isInstanceOfSatisfying(
            U32.class,
            u32 -> {
              assertThat(u32.selector()).isEqualTo(given.selector());
              assertThat(u32.classId()).isEqualTo(given.classId());
            });
    assertThat(
            trafficControl()
                .filter(device(), ONE, 7, Frame.IPV4, null, entry.handle(), "u32")
                .filter())
        .isEqualTo(entry.filter());
  }

  @Test
  void removingOneLeavesTheOthers() {
    match(1, 0x10, address(SOURCE, "10.1.0.1", 32));
    match(1, 0x11, address(SOURCE, "10.1.0.2", 32));
    int first = U32.handle(0x800, 0, 0x800);
    apply(Change.OfFilter.delete(device(), ONE, 1, Frame.IPV4, first, "u32"));

    assertThat(classesOf(from("10.1.0.1"), from("10.1.0.2"))).isEqualTo(Map.of(0x11, 1L));
    refused(
        Errno.ENOENT,
        () -> apply(Change.OfFilter.delete(device(), ONE, 1, Frame.IPV4, first, "u32")));
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(
            () -> trafficControl().filter(device(), ONE, 1, Frame.IPV4, null, first, "u32"));
  }

  @Test
  void removingAPriorityRemovesAllOfIt() {
    match(1, 0x10, address(SOURCE, "10.1.0.1", 32));
    match(1, 0x11, address(SOURCE, "10.1.0.2", 32));
    match(2, 0x12, ANYTHING);
    apply(Change.OfFilter.delete(device(), ONE, 1, Frame.IPV4, 0, "u32"));

    assertThat(classesOf(from("10.1.0.1"), from("10.1.0.2"))).isEqualTo(Map.of(0x12, 2L));
  }

  @Test
  void refusesWhatCannotBe() {
    refused(
        Errno.EINVAL,
        () ->
            apply(
                Change.OfFilter.add(
                    device(),
                    Handle.of(7, 0),
                    1,
                    Frame.IPV4,
                    U32.matching(List.of(ANYTHING), classId(0x10)))));
    refused(Errno.EINVAL, () -> add(1, 0, leaf(U32.handle(9, 0, 0), 0x10, ANYTHING)));
    refused(
        Errno.ENOENT, () -> apply(Change.OfFilter.delete(device(), ONE, 1, Frame.IPV4, 0, "u32")));
  }

  @Test
  @Needs(Feature.U32_MARK)
  void matchesTheMarkThatAProgramSet() {
    closing(
        tcx(Direction.EGRESS).attach(load(TracingProgram.setting(1, -1, TracingProgram.MARK, 5))));
    U32 five =
        new U32(
            classId(0x10),
            0,
            0,
            0,
            U32.Selector.terminal(List.of(ANYTHING)),
            new U32.Mark(5, -1, 0),
            null,
            0,
            List.of(),
            null,
            null);
    addFilter(ONE, 1, five);

    assertThat(classesOf(from("10.1.0.1"))).isEqualTo(Map.of(0x10, 1L));
  }
}
