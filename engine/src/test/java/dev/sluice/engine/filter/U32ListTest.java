package dev.sluice.engine.filter;

import static dev.sluice.engine.chain.ChainFixture.refused;
import static dev.sluice.engine.filter.FilterFixture.IPV4;
import static dev.sluice.engine.filter.FilterFixture.ONE;
import static dev.sluice.engine.filter.FilterFixture.everything;
import static dev.sluice.engine.filter.FilterFixture.gact;
import static dev.sluice.engine.filter.FilterFixture.node;
import static dev.sluice.engine.filter.FilterFixture.packet;
import static dev.sluice.engine.filter.FilterFixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.sched.Classifier;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class U32ListTest {
  private static final int FIRST = 0x80000800;
  private static final int TABLE = 5 << 20;
  private static final U32.Key ADDRESS = new U32.Key(-1, 0x0a010001, 12, 0);

  private final FilterFixture fixture = new FilterFixture(ONE);

  private static Handle classId(int minor) {
    return Handle.of(1, minor);
  }

  private List<Integer> handles() {
    return fixture.entries().stream().map(FilterEntry::handle).toList();
  }

  private U32 filterAt(int handle) {
    return fixture.entries().stream()
        .filter(entry -> entry.handle() == handle)
        .map(FilterEntry::filter)
        .map(U32.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private String invalid(int handle, U32 filter) {
    return String.valueOf(refused(Errno.EINVAL, () -> fixture.add(1, handle, filter)).kernelText());
  }

  private void change(Verb verb, int handle, U32 filter) {
    fixture.apply(fixture.change(verb, 1, IPV4, handle, "u32", filter));
  }

  private static U32 with(U32 of, @Nullable String inDevice, U32.@Nullable Mark mark, int flags) {
    return new U32(
        of.classId(),
        of.hashTable(),
        of.link(),
        of.divisor(),
        of.selector(),
        mark,
        inDevice,
        flags,
        of.actions(),
        null,
        null);
  }

  @Test
  void nodesGetNumbersFrom800Up() {
    fixture.add(1, everything(classId(1)));
    fixture.add(1, everything(classId(2)));
    fixture.add(2, everything(classId(3)));

    assertThat(handles())
        .containsExactly(0, 0x80000000, FIRST, FIRST + 1, 0, 0x80100000, 0x80100800);
  }

  @Test
  void aNumberThatIsFreeAgainIsGivenAgain() {
    fixture.add(1, everything(classId(1)));
    fixture.add(1, everything(classId(2)));
    fixture.delete(1, FIRST, "u32");
    fixture.add(1, everything(classId(3)));

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10003);
  }

  @Test
  void aBucketThatIsFullTakesNoMore() {
    for (int i = 0; i < 0xfff; i++) {
      fixture.add(1, everything(classId(1)));
    }
    assertThat(filterAt(0x80000001)).isNotNull();
    assertThat(filterAt(0x80000fff)).isNotNull();

    assertThat(refused(Errno.ENOSPC, () -> fixture.add(1, everything(null))).rule())
        .isEqualTo("the bucket has 4095 filters already");
  }

  @Test
  void nodesAreAskedByTheirNumbers() {
    fixture.add(1, 0x900, everything(classId(1)));
    fixture.add(1, 0x801, everything(classId(2)));

    fixture.classify();
    assertThat(fixture.found.classId).isEqualTo(0x10002);
    assertThat(handles()).containsExactly(0, 0x80000000, 0x80000801, 0x80000900);
  }

  @Test
  void tablesCanBeNamedOrNot() {
    fixture.add(1, table(4));
    fixture.add(1, TABLE, table(16));

    assertThat(handles()).containsExactly(0, TABLE, 0x80100000, 0x80000000);
    assertThat(filterAt(TABLE).divisor()).isEqualTo(16);
    assertThat(filterAt(0x80100000).divisor()).isEqualTo(4);
  }

  @Test
  void anOldTablesNumberIsTaken() {
    fixture.add(1, TABLE, table(1));
    assertThat(refused(Errno.EEXIST, () -> fixture.add(1, TABLE, table(1))).kernelText())
        .isEqualTo("Filter already exists");
    refused(Errno.EINVAL, () -> change(Verb.REPLACE, TABLE, table(1)));
  }

  @Test
  void refusalsAreTheKernels() {
    fixture.add(1, TABLE, table(2));
    assertThat(invalid(TABLE | 7, table(2)))
        .isEqualTo("cls_u32: Divisor can only be used on a hash table");
    assertThat(invalid(0, node(null, 9 << 20, 0, List.of())))
        .isEqualTo("cls_u32: Specified hash table not found");
    assertThat(invalid(0, node(null, TABLE | 2 << 12, 0, List.of())))
        .isEqualTo("cls_u32: Specified hash table buckets exceed configured value");
    assertThat(invalid(6 << 20 | 1, node(null, TABLE, 0, List.of())))
        .isEqualTo("cls_u32: Handle specified hash table address mismatch");
    assertThat(invalid(0, node(null, 0, TABLE | 1, List.of())))
        .isEqualTo("cls_u32: u32 Link handle must be a hash table");
    assertThat(invalid(0, node(null, 0, 9 << 20, List.of())))
        .isEqualTo("cls_u32: Link hash table not found");
    assertThat(invalid(0, node(null, 0, 0x80000000, List.of())))
        .isEqualTo("cls_u32: Not linking to root node");
    assertThat(invalid(0, with(everything(null), "eth7", null, 0)))
        .isEqualTo("Network device not found");
    assertThat(invalid(0, with(everything(null), null, null, 3)))
        .isEqualTo("cls_u32: Invalid filter flags");
    U32 unselected = new U32(null, 0, 0, 0, null, null, null, 0, List.of(), null, null);
    assertThat(invalid(0, unselected)).isEqualTo("cls_u32: Selector not specified");
    assertThat(
            refused(
                    Errno.EINVAL,
                    () -> fixture.apply(fixture.change(Verb.ADD, 1, IPV4, 5, "u32", null)))
                .kernelText())
        .isEqualTo("cls_u32: Filter handle requires options");
    assertThat(handles()).containsExactly(0, TABLE, 0x80000000);
  }

  @Test
  void aPriorityMayBeMadeWithoutAFilter() {
    fixture.apply(fixture.change(Verb.ADD, 1, IPV4, 0, "u32", null));

    assertThat(handles()).containsExactly(0, 0x80000000);
  }

  @Test
  void policingIsRefusedByName() {
    U32 policed =
        new U32(
            null,
            0,
            0,
            0,
            U32.Selector.terminal(List.of()),
            null,
            null,
            0,
            List.of(),
            Bytes.ofHex("00"),
            null);
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> fixture.add(1, policed))
        .withMessageStartingWith("action police is not supported");
  }

  @Test
  void aTableThatIsLinkedToStays() {
    fixture.add(1, TABLE, table(1));
    fixture.add(1, node(classId(1), TABLE, 0, List.of()));
    fixture.add(1, node(null, 0, TABLE, List.of()));
    assertThat(refused(Errno.EBUSY, () -> fixture.delete(1, TABLE, "u32")).getMessage())
        .isEqualTo(
            "do it: cls_u32: Can not delete in-use filter (EBUSY): a filter links to the table");
    fixture.delete(1, FIRST, "u32");
    fixture.delete(1, TABLE, "u32");

    assertThat(fixture.entries()).as("the last node takes all with it").isEmpty();
    assertThat(fixture.binder.filters).isEmpty();
  }

  @Test
  void theRootTableStays() {
    fixture.add(1, everything(null));
    assertThat(refused(Errno.EINVAL, () -> fixture.delete(1, 0x80000000, "u32")).kernelText())
        .isEqualTo("cls_u32: Not allowed to delete root node");
    refused(Errno.EINVAL, () -> fixture.delete(1, 0xfff00000, "u32"));
  }

  @Test
  void otherPrioritiesMayLinkToATable() {
    fixture.add(1, TABLE, table(1));
    fixture.add(1, node(classId(1), TABLE, 0, List.of()));
    fixture.add(2, node(null, 0, TABLE, List.of()));

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10001);
  }

  @Test
  void aTableOutlivesItsPriorityWhileThereAreOthers() {
    fixture.add(1, TABLE, table(1));
    fixture.add(1, node(classId(1), TABLE, 0, List.of()));
    fixture.add(2, node(null, 0, TABLE, List.of()));
    fixture.delete(1, 0, "u32");
    assertThat(handles()).containsExactly(0, 0x80100000, 0x80100800);
    assertThat(fixture.classify()).isZero();
    fixture.add(1, everything(null));

    assertThat(handles()).contains(TABLE);
  }

  @Test
  void changingKeepsWhatIsMatched() {
    fixture.add(1, 0x800, node(classId(1), 0, 0, List.of(ADDRESS), gact(Action.Control.DROP)));
    change(Verb.CHANGE, FIRST, node(classId(2), 0, 0, List.of()));
    U32 changed = filterAt(FIRST);

    assertThat(changed.selector()).isEqualTo(U32.Selector.terminal(List.of(ADDRESS)));
    assertThat(changed.classId()).isEqualTo(classId(2));
    assertThat(changed.actions()).isEmpty();
    assertThat(fixture.binder.filters).containsOnlyKeys(0x10002);
    change(Verb.REPLACE, FIRST, node(null, 0, 0, List.of()));
    assertThat(filterAt(FIRST).classId()).isNull();
    assertThat(fixture.binder.filters).isEmpty();
  }

  @Test
  void changingMovesTheLink() {
    fixture.add(1, TABLE, table(1));
    fixture.add(1, 6 << 20, table(1));
    fixture.add(1, node(null, 0, TABLE, List.of()));
    change(Verb.CHANGE, FIRST, node(null, 0, 6 << 20, List.of()));

    assertThat(filterAt(FIRST).link()).isEqualTo(6 << 20);
    fixture.delete(1, TABLE, "u32");
    refused(Errno.EBUSY, () -> fixture.delete(1, 6 << 20, "u32"));
  }

  @Test
  void aRefusedChangeChangesNothing() {
    fixture.add(1, with(node(classId(1), 0, 0, List.of()), "eth0", null, 0));
    FilterEntry before = fixture.entries().getLast();
    refused(
        Errno.EINVAL, () -> change(Verb.CHANGE, FIRST, node(classId(2), 0, 9 << 20, List.of())));
    assertThat(
            refused(
                    Errno.EINVAL,
                    () -> change(Verb.CHANGE, FIRST, with(everything(classId(2)), null, null, 1)))
                .kernelText())
        .isEqualTo("cls_u32: Key node flags do not match passed flags");

    assertThat(fixture.entries().getLast()).isEqualTo(before);
    assertThat(fixture.binder.filters).containsOnlyKeys(0x10001);
  }

  @Test
  void readsBackWithItsCounters() {
    fixture.add(1, node(classId(1), 0, 0, List.of(ADDRESS, new U32.Key(-1, 7, 16, 0))));
    fixture.add(1, with(everything(classId(2)), "eth1", null, 1));
    SocketBuffer packet = packet();
    packet.ingressIndex = 4;
    fixture.classify(packet);
    fixture.classify(packet());
    U32 first = filterAt(FIRST);
    U32 second = filterAt(FIRST + 1);

    assertThat(first.hashTable()).isEqualTo(0x80000000);
    assertThat(first.flags()).isEqualTo(Filter.NOT_IN_HARDWARE);
    assertThat(first.hits()).isEqualTo(new U32.Hits(2, 0, List.of(2L, 0L)));
    assertThat(second.inDevice()).isEqualTo("eth1");
    assertThat(second.flags()).isEqualTo(Filter.NOT_IN_HARDWARE | Filter.SKIP_HARDWARE);
    assertThat(second.hits()).isEqualTo(new U32.Hits(2, 1, List.of()));
  }

  @Test
  void matchesTheMark() {
    fixture.add(1, with(everything(classId(1)), null, new U32.Mark(0x10, 0xf0, 0), 0));
    SocketBuffer packet = packet();
    packet.mark = 0x13;
    assertThat(fixture.classify(packet)).isZero();
    packet.mark = 0x23;
    assertThat(fixture.classify(packet)).isEqualTo(Classifier.NO_MATCH);

    assertThat(filterAt(FIRST).mark()).isEqualTo(new U32.Mark(0x10, 0xf0, 1));
  }

  @Test
  void matchesTheDeviceThatThePacketCameInBy() {
    fixture.add(1, with(everything(classId(1)), "eth0", null, 0));
    SocketBuffer packet = packet();
    packet.ingressIndex = 3;
    assertThat(fixture.classify(packet)).isZero();
    packet.ingressIndex = 4;
    assertThat(fixture.classify(packet)).isEqualTo(Classifier.NO_MATCH);
  }

  @Test
  void aFilterForHardwareOnlyMatchesNothing() {
    fixture.add(1, with(everything(classId(1)), null, null, Filter.SKIP_SOFTWARE));

    assertThat(fixture.classify()).isEqualTo(Classifier.NO_MATCH);
  }

  @Test
  void linksThatGoInCirclesMatchNothing() {
    fixture.add(1, TABLE, table(1));
    fixture.add(1, node(null, TABLE, TABLE, List.of()));
    fixture.add(1, node(null, 0, TABLE, List.of()));
    fixture.add(1, everything(classId(1)));

    assertThat(fixture.classify()).isEqualTo(Classifier.NO_MATCH);
  }

  @Test
  void theNetworkHeaderIsBehindATagInTheBytes() {
    byte[] tagged = new byte[60];
    tagged[12] = (byte) 0x81;
    tagged[16] = 8;
    tagged[18 + 12] = 10;
    fixture.apply(
        fixture.change(
            Verb.ADD,
            1,
            0x8100,
            0,
            "u32",
            node(classId(1), 0, 0, List.of(new U32.Key(0xff000000, 0x0a000000, 12, 0)))));

    assertThat(fixture.classify(packet(tagged))).isZero();
  }
}
