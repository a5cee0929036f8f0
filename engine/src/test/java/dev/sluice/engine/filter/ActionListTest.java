package dev.sluice.engine.filter;

import static dev.sluice.engine.chain.ChainFixture.refused;
import static dev.sluice.engine.filter.FilterFixture.ONE;
import static dev.sluice.engine.filter.FilterFixture.actionsOf;
import static dev.sluice.engine.filter.FilterFixture.everything;
import static dev.sluice.engine.filter.FilterFixture.gact;
import static dev.sluice.engine.filter.FilterFixture.packet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Action.Mirred.Mode;
import dev.sluice.datapath.tc.ActionSettings;
import dev.sluice.datapath.tc.ActionState;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionListTest {
  private FilterFixture fixture = new FilterFixture(ONE);

  private static Action control(int number) {
    return new Action.Gact(number, 0);
  }

  private static Action mirred(Mode mode, int control) {
    return new Action.Mirred(mode, 4, control, 0);
  }

  private int verdictOf(Action... actions) {
    fixture.block.clear();
    fixture.add(1, everything(null, actions));
    return fixture.classify();
  }

  private List<Long> packetsOf(FilterEntry entry) {
    return entry.actionStates().stream().map(state -> state.statistics().packets()).toList();
  }

  @ParameterizedTest
  @CsvSource({"-1, -1", "0, 0", "2, 2", "3, 3", "4, 4", "5, 5", "7, 7", "8, 8", "-5, -1"})
  void oneActionsControlIsTheVerdict(int control, int verdict) {
    assertThat(verdictOf(control(control))).isEqualTo(verdict);
  }

  @Test
  void pipeGoesOnAndAnythingElseEnds() {
    assertThat(verdictOf(control(3), control(2), control(0))).isEqualTo(2);
    assertThat(packetsOf(fixture.acting())).containsExactly(1L, 1L, 0L);
  }

  @Test
  void continueGoesOnWithTheNextFilter() {
    fixture.add(1, everything(Handle.of(1, 1), gact(Action.Control.CONTINUE)));
    fixture.add(1, everything(Handle.of(1, 2)));

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10002);
  }

  @Test
  void repeatingEndsSometime() {
    assertThat(verdictOf(control(6), control(2))).isZero();
    assertThat(packetsOf(fixture.acting())).containsExactly(32L, 0L);
  }

  @Test
  void aJumpSkipsActionsFromTheFirstOn() {
    assertThat(verdictOf(control(3), control(0x10000002), control(2))).isEqualTo(2);
    assertThat(packetsOf(fixture.acting())).containsExactly(1L, 1L, 1L);
  }

  @Test
  void aJumpThatLeadsNowhereEnds() {
    assertThat(verdictOf(control(0x10000000), control(2))).isZero();
    assertThat(verdictOf(control(0x10000003), control(2))).isZero();
  }

  @Test
  void jumpsInCirclesEnd() {
    assertThat(verdictOf(control(3), control(0x10000001), control(2))).isZero();
    assertThat(packetsOf(fixture.acting())).containsExactly(1L, 32L, 0L);
  }

  @Test
  void aControlWithoutAMeaningIsRefused() {
    assertThat(
            refused(Errno.EINVAL, () -> fixture.add(1, everything(null, control(9)))).kernelText())
        .isEqualTo("invalid control action");
    refused(Errno.EINVAL, () -> fixture.add(1, everything(null, control(0x30000000))));
  }

  @Test
  void aMirrorSendsACopyAndARedirectThePacket() {
    SocketBuffer packet = packet();
    packet.deviceIndex = 3;
    fixture.add(
        1, everything(null, mirred(Mode.EGRESS_MIRROR, 3), mirred(Mode.INGRESS_REDIRECT, 4)));

    assertThat(fixture.classify(packet)).isEqualTo(4);
    assertThat(fixture.taken.sent).containsExactly("out by 4", "in at 4");
    assertThat(fixture.taken.packets.get(0)).isNotSameAs(packet);
    assertThat(fixture.taken.packets.get(0).toArray()).isEqualTo(packet.toArray());
    assertThat(fixture.taken.packets.get(1)).isSameAs(packet);
    assertThat(packet.ingressIndex).isEqualTo(3);
  }

  @Test
  void aRedirectThatGoesOnSendsACopy() {
    SocketBuffer packet = packet();
    fixture.add(1, everything(null, mirred(Mode.EGRESS_REDIRECT, 3), control(0)));

    assertThat(fixture.classify(packet)).isZero();
    assertThat(fixture.taken.packets).hasSize(1).doesNotContain(packet);
  }

  @Test
  void aDeviceThatIsGoneLeavesThePacketToTheControl() {
    fixture.add(1, everything(null, mirred(Mode.EGRESS_REDIRECT, 4)));
    fixture.taken.devices.remove(4);
    SocketBuffer packet = packet();

    assertThat(fixture.classify(packet)).isEqualTo(4);
    assertThat(fixture.taken.consumed).containsExactly(packet);
    FilterEntry entry = fixture.acting();
    assertThat(entry.actionStates().getFirst().statistics().overlimits()).isEqualTo(1);
    assertThat(((Action.Mirred) actionsOf(entry).getFirst()).deviceIndex()).isZero();
  }

  @Test
  void aDeviceThatIsDownDropsWhatIsRedirectedToIt() {
    fixture.taken.down.add(4);
    assertThat(verdictOf(mirred(Mode.EGRESS_REDIRECT, 4))).isEqualTo(2);
    assertThat(verdictOf(mirred(Mode.EGRESS_MIRROR, 3))).isEqualTo(3);
    assertThat(fixture.taken.sent).isEmpty();
    assertThat(fixture.acting().actionStates().getFirst().statistics())
        .isEqualTo(new Statistics(46, 1, 0, 1, 0, 0, 0, null, null));
  }

  @Test
  void whatDoesNotGetThereIsAnOverlimit() {
    fixture.taken.arrives = false;
    assertThat(verdictOf(mirred(Mode.EGRESS_REDIRECT, 4))).isEqualTo(4);

    assertThat(fixture.acting().actionStates().getFirst().statistics().overlimits()).isEqualTo(1);
    assertThat(fixture.taken.consumed).isEmpty();
  }

  @Test
  void droppedPacketsAreCountedAsSuch() {
    verdictOf(control(2));

    assertThat(fixture.acting().actionStates().getFirst().statistics())
        .isEqualTo(new Statistics(46, 1, 1, 0, 0, 0, 0, null, null));
  }

  @Test
  void theEthernetHeaderOfAnArrivingPacketDoesNotCount() {
    fixture = new FilterFixture(Handle.CLSACT_INGRESS);
    SocketBuffer packet = packet();
    packet.segments = 3;
    fixture.add(1, everything(null, control(0)));
    fixture.classify(packet);

    assertThat(fixture.acting().actionStates().getFirst().statistics())
        .isEqualTo(new Statistics(32, 3, 0, 0, 0, 0, 0, null, null));
  }

  @Test
  void timesAreTicksAgo() {
    fixture.add(1, everything(null, control(0)));
    fixture.chains.now = 50_000_000;
    fixture.classify();
    fixture.chains.now = 70_000_000;
    fixture.classify();
    fixture.chains.now = 99_000_000;
    ActionState state = fixture.acting().actionStates().getFirst();

    assertThat(state.installedTicks()).isEqualTo(9);
    assertThat(state.firstUsedTicks()).isEqualTo(4);
    assertThat(state.usedTicks()).isEqualTo(2);
    assertThat(state.expiresTicks()).isZero();
  }

  @Test
  void filtersShareAnActionByItsNumber() {
    fixture.add(1, everything(null, new Action.Gact(0, 7)));
    fixture.add(2, everything(null, new Action.Gact(2, 7)));
    assertThat(fixture.classify()).as("the first one's control").isZero();
    FilterEntry second =
        fixture.entries().stream()
            .filter(e -> e.priority() == 2 && !e.actionStates().isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(actionsOf(second)).containsExactly(new Action.Gact(0, 7));
    assertThat(second.actionStates().getFirst().references()).isEqualTo(2);
    assertThat(second.actionStates().getFirst().bindings()).isEqualTo(2);
    assertThat(second.actionStates().getFirst().statistics().packets()).isEqualTo(1);
    fixture.delete(1, 0, "u32");
    fixture.delete(2, 0, "u32");
    fixture.add(1, everything(null, new Action.Gact(2, 7)));

    assertThat(fixture.classify()).as("a new one").isEqualTo(2);
  }

  @Test
  void numbersThatNobodyChoseAreTheFirstFreeOfAKind() {
    fixture.add(1, everything(null, control(0), control(3), mirred(Mode.EGRESS_MIRROR, 3)));
    fixture.add(2, everything(null, new Action.Gact(0, 2), new Action.Gact(0, 4), control(0)));

    assertThat(actionsOf(fixture.acting())).extracting(Action::index).containsExactly(1, 2, 1);
    assertThat(actionsOf(fixture.entries().getLast()))
        .extracting(Action::index)
        .containsExactly(2, 4, 3);
  }

  @Test
  void settingsAreToldInTheState() {
    ActionSettings settings = new ActionSettings(Bytes.ofHex("c0ffee"), 1, true);
    fixture.add(1, everything(null, new Action.Gact(0, 9, settings)));
    ActionState state = fixture.acting().actionStates().getFirst();

    assertThat(state.order()).isEqualTo(1);
    assertThat(state.cookie()).isEqualTo(Bytes.ofHex("c0ffee"));
    assertThat(state.hardwareStatistics()).isEqualTo(1);
    assertThat(state.flags()).isEqualTo(1);
  }

  @Test
  void anActionOfAFilterThatKeepsOutOfHardwareIsNotForOthers() {
    fixture.add(
        1,
        new U32(
            null,
            0,
            0,
            0,
            U32.Selector.terminal(List.of()),
            null,
            null,
            1,
            List.of(new Action.Gact(0, 5)),
            null,
            null));

    assertThat(
            refused(Errno.EINVAL, () -> fixture.add(2, everything(null, new Action.Gact(0, 5))))
                .kernelText())
        .isEqualTo("Mismatch between action and filter offload flags");
    assertThat(fixture.acting().actionStates().getFirst().bindings()).isEqualTo(1);
  }

  @Test
  void actionsThatWereMadeForARefusedFilterGoAgain() {
    Action missing = new Action.Mirred(Mode.EGRESS_MIRROR, 99, 3, 0);
    refused(Errno.ENODEV, () -> fixture.add(1, everything(null, control(0), missing)));
    fixture.add(1, everything(null, control(0)));

    assertThat(actionsOf(fixture.acting()).getFirst().index()).isEqualTo(1);
  }

  /** An action may bring a packet here again before the search for the first one is over. */
  @Test
  void aPacketThatComesRoundDoesNotDisturbTheSearch() {
    fixture.add(1, 1 << 20, FilterFixture.table(1));
    fixture.add(
        1,
        FilterFixture.node(Handle.of(1, 1), 1 << 20, 0, List.of(), mirred(Mode.EGRESS_MIRROR, -1)));
    fixture.add(1, FilterFixture.node(null, 0, 1 << 20, List.of()));
    fixture.add(1, everything(Handle.of(1, 2)));
    fixture.taken.onTheWay = fixture::classify;

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10002);
    assertThat(fixture.taken.sent).hasSize(2);
  }
}
