package dev.sluice.policy.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.policy.spec.Sharing.ShareClass;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class QueueTreesTest {
  private static QueueClass find(QueueTree.Shared tree, String name) {
    return Objects.requireNonNull(tree.find(name));
  }

  @Test
  void aShapeBecomesATokenBucketWithTheDefaults() {
    Tbf slow = QueueTrees.held(Sharings.shape(1, null)).root();
    assertThat(slow.burst().bytes()).isEqualTo(16 * 1024); // 20 ms would be 2,500 bytes
    assertThat(slow.limit()).isEqualTo(16 * 1024 + 6250);
    Tbf fast = QueueTrees.held(Sharings.shape(100, null)).root();
    assertThat(fast.burst().bytes()).isEqualTo(250_000);
    assertThat(fast.limit()).isEqualTo(250_000 + 625_000);
    assertThat(QueueTrees.held(Sharings.shape(100, 100_000L)).root().burst().bytes())
        .isEqualTo(100_000);
    assertThat(QueueTrees.held(Sharings.shape(100_000_000, null)).root().limit())
        .isEqualTo(0xffff_ffffL);
  }

  @Test
  void sharingBecomesClassesBelowOneThatCarriesItAll() {
    QueueTree.Shared tree =
        QueueTrees.shared(
            Sharings.of(
                10,
                null,
                Sharings.leaf("web", 6, Rate.megabits(8), 1),
                Sharings.inner("rest", 3, Sharings.leaf("a", 1), Sharings.leaf("b", 2))),
            null,
            Map.of());
    assertThat(tree.classes())
        .extracting(QueueClass::name)
        .containsExactly(QueueTree.ALL, QueueTree.REST, "web", "rest", "a", "b");
    QueueClass all = find(tree, QueueTree.ALL);
    assertThat(all.minor()).isEqualTo(1);
    assertThat(all.parentId()).isEqualTo(Owner.ROOT);
    assertThat(all.options().rate().rate()).isEqualTo(Rate.megabits(10));
    assertThat(all.isLeaf()).isFalse();
    QueueClass rest = find(tree, QueueTree.REST);
    assertThat(tree.defaultMinor()).isEqualTo(2).isEqualTo(rest.minor());
    assertThat(rest.options().rate().rate()).isEqualTo(Rate.bits(100_000));
    assertThat(rest.options().ceil().rate()).isEqualTo(Rate.megabits(10));
    HtbClass web = find(tree, "web").options();
    assertThat(web.priority()).isEqualTo(1);
    assertThat(web.burst().bytes()).isEqualTo(16 * 1024);
    assertThat(web.ceilBurst().bytes()).isEqualTo(20_000);
    assertThat(web.quantum()).isEqualTo(75_000);
    assertThat(find(tree, "web").limit()).isEqualTo(128 * 1024);
    assertThat(find(tree, "rest").isLeaf()).isFalse();
    assertThat(find(tree, "a").parent()).isEqualTo(find(tree, "rest").minor());
    assertThat(find(tree, "a").options().ceil().rate()).isEqualTo(Rate.megabits(10));
  }

  @Test
  void aNamedDefaultClassTakesThePlaceOfTheOwnOne() {
    QueueTree.Shared tree =
        QueueTrees.shared(Sharings.of(10, "web", Sharings.leaf("web", 6)), null, Map.of());
    assertThat(tree.find(QueueTree.REST)).isNull();
    assertThat(tree.root().defaultClass()).isEqualTo(find(tree, "web").minor());
  }

  @Test
  void aShapeOfTheSameDeviceIsWhatThereIsToShare() {
    QueueTree.Shared tree =
        QueueTrees.shared(
            Sharings.of(10, null, Sharings.leaf("web", 2)), Sharings.shape(5, 50_000L), Map.of());
    HtbClass all = find(tree, QueueTree.ALL).options();
    assertThat(all.ceil().rate()).isEqualTo(Rate.megabits(5));
    assertThat(all.ceilBurst().bytes()).isEqualTo(50_000);
    assertThat(find(tree, "web").options().ceil().rate()).isEqualTo(Rate.megabits(5));
  }

  @Test
  void quantumGivesTheKernelNoReasonToWarn() {
    ShareClass slow =
        new ShareClass("slow", Rate.bits(8000), null, null, null, null, List.of(), List.of());
    QueueTree.Shared tree =
        QueueTrees.shared(
            Sharings.of(40_000, null, slow, Sharings.leaf("fast", 30_000)), null, Map.of());
    assertThat(find(tree, "slow").options().quantum()).isEqualTo(1514);
    assertThat(find(tree, "fast").options().quantum()).isEqualTo(200_000);
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(
            () -> QueueTrees.shared(Sharings.of(10, "none", Sharings.leaf("a", 1)), null, Map.of()))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("sharing/defaultClass")
        .hasMessageContaining("there is no class none");
  }

  @Test
  void namesKeepTheirNumbers() {
    Map<String, Integer> first = ClassNumbers.assign(List.of("a", "b", "c"), Map.of());
    assertThat(first).containsExactly(Map.entry("a", 3), Map.entry("b", 4), Map.entry("c", 5));
    // what b had goes to nobody while it may still be there
    assertThat(ClassNumbers.assign(List.of("x", "c", "a"), first))
        .containsExactly(Map.entry("x", 6), Map.entry("c", 5), Map.entry("a", 3));
    assertThat(ClassNumbers.assign(List.of("a", "b"), Map.of("a", 2, "b", 70_000)))
        .containsExactly(Map.entry("a", 3), Map.entry("b", 4));
    assertThat(ClassNumbers.assign(List.of("a", "b"), Map.of("a", 9, "b", 9)))
        .containsExactly(Map.entry("a", 9), Map.entry("b", 3));
  }

  @Test
  void namesOfLeafQueuesStayBelowThoseThatTheKernelChooses() {
    assertThat(Owner.leaf(3)).isEqualTo(Handle.of(0x5203, 0));
    assertThat(Owner.leaf(10_002)).isEqualTo(Handle.of(0x7912, 0));
    assertThat(Owner.leaf(0x2dff)).isEqualTo(Handle.of(0x7fff, 0));
    assertThat(Owner.leaf(0x2e00)).isEqualTo(Handle.UNSPECIFIED);
  }
}
