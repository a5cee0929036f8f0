package dev.sluice.engine.filter;

import static dev.sluice.engine.chain.ChainFixture.refused;
import static dev.sluice.engine.filter.FilterFixture.EVERY;
import static dev.sluice.engine.filter.FilterFixture.IPV4;
import static dev.sluice.engine.filter.FilterFixture.ONE;
import static dev.sluice.engine.filter.FilterFixture.everything;
import static dev.sluice.engine.filter.FilterFixture.gact;
import static dev.sluice.engine.filter.FilterFixture.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Estimator;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.Allocation;
import dev.sluice.engine.sched.Classifier;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterBlockTest {
  private final FilterFixture fixture = new FilterFixture(ONE);

  private static Handle classId(int minor) {
    return Handle.of(1, minor);
  }

  @Test
  void nothingMatchesWhereNothingIs() {
    assertThat(fixture.block.isEmpty()).isTrue();
    assertThat(fixture.classify()).isEqualTo(Classifier.NO_MATCH);
  }

  @Test
  void theLowerPriorityNumberIsAskedFirst() {
    fixture.add(20, everything(classId(1)));
    fixture.add(10, everything(classId(2)));

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10002);
  }

  @Test
  void aListOfAnotherProtocolIsNotAsked() {
    fixture.apply(fixture.change(Verb.ADD, 1, 0x86dd, 0, "u32", everything(classId(1))));
    assertThat(fixture.classify()).isEqualTo(Classifier.NO_MATCH);
    fixture.apply(fixture.change(Verb.ADD, 2, EVERY, 0, "u32", everything(classId(2))));

    assertThat(fixture.classify()).isZero();
  }

  @Test
  void theTagsProtocolCountsWhereThereIsATag() {
    fixture.add(1, everything(classId(1)));
    fixture.apply(fixture.change(Verb.ADD, 2, 0x8100, 0, "u32", everything(classId(2))));
    SocketBuffer packet = packet();
    packet.vlanPresent = true;
    packet.vlanProtocol = 0x8100;

    assertThat(fixture.classify(packet)).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10002);
  }

  @Test
  void reclassifyingEndsSometime() {
    fixture.add(1, everything(classId(1), gact(Action.Control.RECLASSIFY)));

    assertThat(fixture.classify()).isEqualTo(2);
    assertThat(fixture.acting().actionStates().getFirst().statistics().packets()).isEqualTo(17);
  }

  @Test
  void whatAnActionKeepsIsConsumedOnce() {
    fixture.add(1, everything(null, gact(Action.Control.STOLEN)));
    SocketBuffer packet = packet();

    assertThat(fixture.classify(packet)).isEqualTo(4);
    assertThat(fixture.taken.consumed).containsExactly(packet);
  }

  @Test
  void whatWentElsewhereIsNotConsumed() {
    fixture.add(
        1, everything(null, new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, 4, 4, 0)));
    SocketBuffer packet = packet();

    assertThat(fixture.classify(packet)).isEqualTo(4);
    assertThat(fixture.taken.packets).containsExactly(packet);
    assertThat(fixture.taken.consumed).isEmpty();
  }

  @Test
  void prioritiesThatNobodyChoseCountDown() {
    fixture.add(0, everything(classId(1)));
    fixture.add(0, everything(classId(2)));
    fixture.add(7, everything(classId(3)));
    fixture.add(0, everything(classId(4)));

    assertThat(fixture.entries().stream().filter(e -> e.handle() == 0))
        .extracting(FilterEntry::priority)
        .containsExactly(7, 0xbffe, 0xbfff, 0xc000);
  }

  @Test
  void prioritiesThatNobodyChoseComeToAnEnd() {
    fixture.add(0x8001, everything(classId(1)));
    fixture.add(0, everything(classId(2)));

    assertThat(refused(Errno.ENOSPC, () -> fixture.add(0, everything(null))).kernelText())
        .isEqualTo("Lowest ID from auto-alloc range already in use");
  }

  @Test
  void aRefusedFilterLeavesNoPriorityBehind() {
    refused(
        Errno.ENODEV,
        () ->
            fixture.add(
                1,
                everything(null, new Action.Mirred(Action.Mirred.Mode.EGRESS_MIRROR, 4242, 3, 0))));

    assertThat(fixture.entries()).isEmpty();
    assertThat(fixture.block.isEmpty()).isTrue();
  }

  /** Verb, priority, protocol, handle, kind; what comes of it where priority 1 has IPv4 u32. */
  @ParameterizedTest
  @CsvSource({
    "CHANGE, 0, 2048, 0, u32, ENOENT, Invalid filter command with priority of zero",
    "CHANGE, 9, 2048, 0, u32, ENOENT, Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new"
        + " filter",
    "CHANGE, 1, 2048, 0, u32, ENOENT, Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new"
        + " filter",
    "ADD, 1, 34525, 0, u32, EINVAL, Protocol mismatch for filter with specified priority",
    "ADD, 1, 2048, 0, bpf, EINVAL, Specified filter kind does not match existing one",
    "ADD, 1, 2048, 0x80000800, u32, EEXIST, Filter already exists",
    "ADD, 2, 0, 0, u32, EINVAL, Filter kind and protocol must be specified",
    "ADD, 2, 2048, 0, , EINVAL, Filter kind and protocol must be specified",
    "DELETE, 0, 2048, 0, , ENOENT, 'Cannot flush filters with protocol, handle or kind set'",
    "DELETE, 2, 2048, 0, u32, ENOENT, Filter with specified priority/protocol not found",
    "DELETE, 1, 3, 0, u32, EINVAL, Protocol mismatch for filter with specified priority",
    "DELETE, 1, 2048, 0, bpf, EINVAL, Specified filter kind does not match existing one",
    "DELETE, 1, 2048, 5, u32, ENOENT, Specified filter handle not found"
  })
  void refusalsAreTheKernels(
      Verb verb, int priority, int protocol, String handle, String kind, Errno errno, String text) {
    fixture.add(1, everything(classId(1)));
    List<FilterEntry> before = fixture.entries();
    Filter filter = verb == Verb.DELETE ? null : everything(classId(2));
    Change.OfFilter change =
        fixture.change(verb, priority, protocol, Long.decode(handle).intValue(), kind, filter);

    assertThat(refused(errno, () -> fixture.apply(change)).kernelText()).isEqualTo(text);
    assertThat(fixture.entries()).isEqualTo(before);
  }

  @Test
  void aRefusalNamesTheNeighbours() {
    fixture.add(1, everything(classId(1)));

    assertThat(refused(Errno.ENOENT, () -> fixture.delete(2, 0, "u32")).getMessage())
        .isEqualTo(
            "do it: Filter with specified priority/protocol not found (ENOENT): there are no"
                + " filters of priority 2 at 1:; there are of [1]");
  }

  @Test
  void whereNoFilterIsThereIsNoChain() {
    assertThat(refused(Errno.ENOENT, () -> fixture.delete(1, 0, "u32")).kernelText())
        .isEqualTo("Cannot find specified filter chain");
    refused(
        Errno.EINVAL,
        () ->
            fixture.block.get(
                new FilterQuery(fixture.device, ONE, 1, IPV4, null), 1, "u32", "ask"));
    fixture.apply(fixture.change(Verb.DELETE, 0, 0, 0, null, null));
  }

  @Test
  void flushingRemovesAll() {
    fixture.add(1, everything(classId(1)));
    fixture.add(2, fixture.returning(0));
    fixture.apply(fixture.change(Verb.DELETE, 0, 0, 0, null, null));

    assertThat(fixture.entries()).isEmpty();
    assertThat(fixture.binder.filters).isEmpty();
  }

  @Test
  void removingAPriorityLeavesTheOthers() {
    fixture.add(1, everything(classId(1)));
    fixture.add(1, everything(classId(2)));
    fixture.add(2, everything(classId(3)));
    fixture.delete(1, 0, "u32");

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10003);
  }

  @Test
  void listsByPriorityAndProtocol() {
    fixture.add(1, everything(classId(1)));
    fixture.apply(fixture.change(Verb.ADD, 2, EVERY, 0, "u32", everything(classId(2))));
    List<FilterEntry> some = new ArrayList<>();
    fixture.block.list(new FilterQuery(fixture.device, ONE, 0, EVERY, null), some::add);
    assertThat(some).extracting(FilterEntry::priority).containsOnly(2);
    some.clear();
    fixture.block.list(new FilterQuery(fixture.device, ONE, 1, 0, 0), some::add);
    assertThat(some).extracting(FilterEntry::priority).containsOnly(1);
    assertThat(some.getFirst().filter()).isNull();
    some.clear();
    fixture.block.list(new FilterQuery(fixture.device, ONE, 0, 0, 5), some::add);
    assertThat(some).isEmpty();
  }

  @Test
  void oneFilterCanBeAskedFor() {
    fixture.add(1, everything(classId(1)));
    FilterQuery query = new FilterQuery(fixture.device, ONE, 1, IPV4, null);
    FilterEntry entry = fixture.block.get(query, 0x80000800, "u32", "ask");

    assertThat(entry.filter()).isInstanceOf(U32.class);
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> fixture.block.get(query, 0x80000801, "u32", "ask"))
        .withMessageContaining("80000801 of priority 1 at 1: on eth0");
  }

  @Test
  void whatTheEngineDoesNotHaveIsRefusedByName() {
    Filter flower = new Filter.Unknown("flower", Bytes.EMPTY);
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> fixture.add(1, flower))
        .withMessageStartingWith("filter flower is not supported");
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(
            () -> fixture.add(1, everything(null, new Action.Unknown("police", Bytes.EMPTY))))
        .withMessageStartingWith("action police is not supported");
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> fixture.add(1, everything(null, new Action.Gact(0x20000007, 0))))
        .withMessageStartingWith("goto chain 7 is not supported");
    Change.OfFilter inChain =
        new Change.OfFilter(
            Verb.ADD, fixture.device, ONE, 1, IPV4, 4, 0, "u32", everything(null), null);
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> fixture.apply(inChain))
        .withMessageStartingWith("filter chain 4 is not supported");
    Change.OfFilter estimated =
        new Change.OfFilter(
            Verb.ADD,
            fixture.device,
            ONE,
            1,
            IPV4,
            null,
            0,
            "u32",
            everything(null),
            new Estimator(0, 0));
    assertThatExceptionOfType(Unsupported.class).isThrownBy(() -> fixture.apply(estimated));
    assertThat(fixture.entries()).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsInvalid() {
    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(
            () -> fixture.apply(fixture.change(Verb.LINK, 1, IPV4, 0, "u32", everything(null))));
    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(
            () -> fixture.apply(fixture.change(Verb.ADD, 1, IPV4, 0, "bpf", everything(null))));
  }

  @Test
  void classifyingAllocatesNothing() {
    fixture.add(1, 1 << 20, FilterFixture.table(16));
    fixture.add(1, FilterFixture.node(null, 1 << 20, 0, List.of(new U32.Key(-1, 7, 12, 0))));
    fixture.add(1, FilterFixture.node(null, 0, 1 << 20, List.of()));
    fixture.add(2, fixture.choosing(-1, classId(1), gact(Action.Control.CONTINUE)));
    fixture.add(3, fixture.returning(-1));
    fixture.add(4, everything(classId(2), gact(Action.Control.PIPE), gact(Action.Control.OK)));
    SocketBuffer packet = packet();
    assertThat(fixture.classify(packet)).isZero();

    assertThat(Allocation.of(() -> fixture.classify(packet))).isZero();
  }

  @Test
  void filtersAreCountedAtTheClassTheyName() {
    fixture.add(1, everything(classId(1)));
    fixture.add(2, fixture.choosing(-1, classId(1)));
    fixture.add(3, everything(classId(0x77)));
    assertThat(fixture.binder.filters).containsOnly(Map.entry(0x10001, 2));
    fixture.binder.lastClass = 0x10077;
    fixture.block.classAdded(0x10077);
    assertThat(fixture.binder.filters).containsEntry(0x10077, 1);
    fixture.block.clear();

    assertThat(fixture.binder.filters).isEmpty();
  }
}
