package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sharings for tests. */
final class Sharings {
  private Sharings() {}

  static Sharing of(long megabits, @Nullable String defaultClass, ShareClass... classes) {
    return new Sharing("eth0", null, null, Rate.megabits(megabits), defaultClass, List.of(classes));
  }

  static ShareClass leaf(String name, long megabits) {
    return new ShareClass(
        name, Rate.megabits(megabits), null, null, null, null, List.of(Match.ANY), List.of());
  }

  static ShareClass leaf(String name, long megabits, @Nullable Rate ceil, int priority) {
    return new ShareClass(
        name, Rate.megabits(megabits), ceil, priority, null, null, List.of(Match.ANY), List.of());
  }

  static ShareClass inner(String name, long megabits, ShareClass... classes) {
    return new ShareClass(
        name, Rate.megabits(megabits), null, null, null, null, List.of(), List.of(classes));
  }

  static Shape shape(long megabits, @Nullable Long burst) {
    return new Shape(Rate.megabits(megabits), burst == null ? null : new DataSize(burst), null);
  }

  /** Many classes of a megabit, side by side. */
  static Sharing many(int count) {
    List<ShareClass> classes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      classes.add(leaf("c" + i, 1));
    }
    return of(10_000, null, classes.toArray(ShareClass[]::new));
  }

  /** Many classes of a megabit, in groups. */
  static Sharing grouped(int groups, int each) {
    List<ShareClass> classes = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      List<ShareClass> members = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        members.add(leaf("c" + g + "." + i, 1));
      }
      classes.add(inner("g" + g, each, members.toArray(ShareClass[]::new)));
    }
    return of(10_000, null, classes.toArray(ShareClass[]::new));
  }
}
