package dev.sluice.engine.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private final Timeline timeline = new Timeline();
  private final List<String> fired = new ArrayList<>();

  private Timer timer(String name) {
    return new Timer() {
      @Override
      protected void fire(long now) {
        fired.add(name + "@" + now);
      }
    };
  }

  @Test
  void timersFireInTheirOrderAndTimeJumps() {
    timeline.set(timer("late"), 30);
    timeline.set(timer("early"), 10);
    timeline.runUntil(20);

    assertThat(fired).containsExactly("early@10");
    assertThat(timeline.nanoseconds()).isEqualTo(20);
    assertThat(timeline.step()).isTrue();
    assertThat(fired).endsWith("late@30");
    assertThat(timeline.step()).isFalse();
  }

  @Test
  void atOneTimeTheFirstSetFiresFirst() {
    for (int i = 0; i < 5; i++) {
      timeline.set(timer("t" + i), 7);
    }
    timeline.runUntil(7);

    assertThat(fired).containsExactly("t0@7", "t1@7", "t2@7", "t3@7", "t4@7");
  }

  @Test
  void aTimerIsSetOnceAndCanBeUnset() {
    Timer moved = timer("moved");
    Timer gone = timer("gone");
    timeline.set(moved, 5);
    timeline.set(gone, 6);
    timeline.set(moved, 50);
    timeline.cancel(gone);
    timeline.cancel(gone);
    timeline.runUntil(100);

    assertThat(fired).containsExactly("moved@50");
    assertThat(moved.isSet()).isFalse();
  }

  @Test
  void whatIsPastHappensNow() {
    timeline.runUntil(100);
    timeline.set(timer("past"), 3);
    timeline.runUntil(100);

    assertThat(fired).containsExactly("past@100");
  }

  /** Against a sorted list. */
  @Test
  void manyTimersAtRandom() {
    SplittableRandom random = new SplittableRandom(7);
    List<Timer> timers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      timers.add(timer("t" + i));
    }
    record Due(String name, long at, int order) {}
    List<Due> expected = new ArrayList<>();
    for (int order = 0; order < 2000; order++) {
      int index = random.nextInt(timers.size());
      String name = "t" + index;
      expected.removeIf(due -> due.name().equals(name));
      if (random.nextInt(4) == 0) {
        timeline.cancel(timers.get(index));
      } else {
        long at = random.nextLong(100);
        timeline.set(timers.get(index), at);
        expected.add(new Due(name, at, order));
      }
    }
    expected.sort(Comparator.comparingLong(Due::at).thenComparingInt(Due::order));
    timeline.runUntil(100);

    assertThat(fired)
        .containsExactlyElementsOf(
            expected.stream().map(due -> due.name() + "@" + due.at()).toList());
  }
}
