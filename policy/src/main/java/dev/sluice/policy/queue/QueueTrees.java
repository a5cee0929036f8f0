package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the wanted queue of a device from what a policy says of it.
 *
 * <p>Classes are never put into groups of the queue's own: a class takes the kernel time in
 * proportion to all classes of its qdisc, whatever is above it, so groups would save nothing.
 */
public final class QueueTrees {
  /** What packets that no match fits are guaranteed: a hundredth, and 8 kbit/s at least. */
  private static final int REST_SHARE = 100;

  private static final long LEAST_REST = 1000;

  /** Others borrow before them. */
  private static final int REST_PRIORITY = 7;

  private final Map<String, Integer> numbers;
  private final List<QueueClass> classes = new ArrayList<>();

  private QueueTrees(Map<String, Integer> numbers) {
    this.numbers = numbers;
  }

  /**
   * A queue that holds everything to a rate.
   *
   * @throws InvalidInput if it cannot work
   */
  public static QueueTree.Held held(Shape shape) {
    QueueLint.requireSound(QueueLint.of(shape, "shaping", QueueLint.ETHERNET));
    Rate rate = shape.rate();
    long burst = QueueSizes.burst(rate, shape.burst());
    Duration queue = shape.queue();
    long waiting = QueueSizes.bytes(rate, queue == null ? QueueSizes.QUEUE : queue);
    long limit = Math.min(QueueSizes.MOST, waiting + burst);
    return new QueueTree.Held(
        new Tbf(RateSpec.of(rate), Bucket.of(rate, burst), null, null, limit));
  }

  /**
   * A queue whose classes share a rate.
   *
   * @param sharing what is said of the device
   * @param shape the rate that the same device is held to, which then is what there is to share;
   *     null for none
   * @param earlier the numbers that classes had before ({@link QueueTree.Shared#numbers})
   * @throws InvalidInput if it cannot work
   */
  public static QueueTree.Shared shared(
      Sharing sharing, @Nullable Shape shape, Map<String, Integer> earlier) {
    QueueLint.requireSound(QueueLint.of(sharing, "sharing"));
    Rate rate = sharing.rate();
    DataSize burst = null;
    if (shape != null) {
      QueueLint.requireSound(QueueLint.of(shape, "shaping", QueueLint.ETHERNET));
      rate = shape.rate();
      burst = shape.burst();
    }
    List<String> names = new ArrayList<>();
    collect(sharing.classes(), names);
    QueueTrees trees = new QueueTrees(ClassNumbers.assign(names, earlier));
    HtbClass all = options(rate, rate, burst, 0);
    String chosen = sharing.defaultClass();
    trees.classes.add(new QueueClass(QueueTree.ALL, ClassNumbers.ALL, 0, all, null));
    if (chosen == null) {
      trees.classes.add(rest(rate));
    }
    trees.add(sharing.classes(), ClassNumbers.ALL, rate);
    int defaultMinor = chosen == null ? ClassNumbers.REST : trees.number(chosen);
    return new QueueTree.Shared(defaultMinor, trees.classes);
  }

  private static void collect(List<ShareClass> classes, List<String> names) {
    for (ShareClass each : classes) {
      names.add(each.name());
      collect(each.classes(), names);
    }
  }

  private static QueueClass rest(Rate all) {
    long share = Math.max(all.bytesPerSecond() / REST_SHARE, LEAST_REST);
    Rate rate = new Rate(Math.min(share, all.bytesPerSecond()));
    return new QueueClass(
        QueueTree.REST,
        ClassNumbers.REST,
        ClassNumbers.ALL,
        options(rate, all, null, REST_PRIORITY),
        QueueSizes.limit(all, null));
  }

  private int number(String name) {
    return Objects.requireNonNull(numbers.get(name));
  }

  private void add(List<ShareClass> wanted, int parent, Rate parentCeil) {
    for (ShareClass each : wanted) {
      Rate said = each.ceil();
      Rate most = parentCeil.compareTo(each.rate()) < 0 ? each.rate() : parentCeil;
      Rate ceil = said == null ? most : said;
      Integer priority = each.priority();
      HtbClass options = options(each.rate(), ceil, each.burst(), priority == null ? 0 : priority);
      int minor = number(each.name());
      Long limit = each.classes().isEmpty() ? QueueSizes.limit(ceil, each.queue()) : null;
      classes.add(new QueueClass(each.name(), minor, parent, options, limit));
      add(each.classes(), minor, ceil);
    }
  }

  private static HtbClass options(Rate rate, Rate ceil, @Nullable DataSize burst, int priority) {
    return new HtbClass(
        RateSpec.of(rate),
        RateSpec.of(ceil),
        Bucket.of(rate, QueueSizes.burst(rate, burst)),
        Bucket.of(ceil, QueueSizes.burst(ceil, burst)),
        QueueSizes.quantum(rate),
        priority,
        0);
  }
}
