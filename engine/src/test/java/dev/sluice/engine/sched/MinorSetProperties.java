package dev.sluice.engine.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MinorSetProperties {
  /** Against a tree; a negative number removes its opposite. */
  @Property
  void findsWhatATreeFinds(
      @ForAll List<@IntRange(min = -65_535, max = 65_535) Integer> changes,
      @ForAll @IntRange(max = 65_535) int from) {
    MinorSet set = new MinorSet();
    TreeSet<Integer> tree = new TreeSet<>();
    for (int change : changes) {
      if (change < 0) {
        set.remove(-change);
        tree.remove(-change);
      } else {
        set.add(change);
        tree.add(change);
      }
      Integer next = tree.ceiling(from);
      assertThat(set.next(from)).isEqualTo(next == null ? MinorSet.NONE : next);
      assertThat(set.isEmpty()).isEqualTo(tree.isEmpty());
    }
  }
}
