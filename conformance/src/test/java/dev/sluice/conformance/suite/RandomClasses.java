package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.TrafficClass;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random changes to the classes of an HTB, each compared with what {@code htb_change_class} and
 * {@code htb_delete} in {@code net/sched/sch_htb.c} should make of it: the same error number, and
 * behind it the same tree with the same levels and rates.
 */
@Needs(Feature.HTB)
public abstract class RandomClasses extends TrafficSuite {
  private static final int OPERATIONS = 300;

  /** Few, so that changes collide, but enough for a tree that is too deep. */
  private static final int MINORS = 12;

  static LongStream seeds() {
    return Seeds.all();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void doesWhatTheModelDoes(long seed) {
    addHtb(0);
    Model model = new Model();
    Random random = new Random(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      Change.Verb verb =
          switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> Change.Verb.ADD;
            case 5 -> Change.Verb.CHANGE;
            case 6 -> Change.Verb.REPLACE;
            default -> Change.Verb.DELETE;
          };
      int minor = 1 + random.nextInt(MINORS);
      // A class that was added just now makes a good parent: it makes deep trees.
      int parent = random.nextBoolean() ? model.newest : random.nextInt(MINORS + 1);
      Rate rate = Rate.megabits(1 + random.nextInt(100));
      String doing =
          "seed %d, operation %d: %s 1:%x under 1:%x".formatted(seed, i, verb, minor, parent);

      String should = text(model.apply(verb, minor, parent, rate));
      assertThat(tryToApply(verb, minor, parent, rate)).as(doing).isEqualTo(should);
      assertThat(tree()).as("tree after %s", doing).isEqualTo(model.tree());
    }
  }

  private static String text(@Nullable Errno errno) {
    return errno == null ? "done" : errno.name();
  }

  private String tryToApply(Change.Verb verb, int minor, int parent, Rate rate) {
    TrafficClass wish = verb == Change.Verb.DELETE ? null : htbClass(rate, rate);
    Handle under = verb == Change.Verb.DELETE ? Handle.UNSPECIFIED : Handle.of(1, parent);
    try {
      apply(
          new Change.OfClass(
              verb,
              device(),
              under,
              Handle.of(1, minor),
              wish == null ? null : wish.kind(),
              wish,
              null));
      return "done";
    } catch (KernelRejected refused) {
      return Errno.nameOf(refused.errno());
    }
  }

  /** A class as it should be listed. */
  private record Node(Handle parent, int level, Rate rate) {}

  private SortedMap<Integer, Node> tree() {
    SortedMap<Integer, Node> tree = new TreeMap<>();
    for (ClassEntry entry : trafficControl().classes(device())) {
      TrafficClass.HtbClass htb = (TrafficClass.HtbClass) entry.trafficClass();
      tree.put(entry.id().minor(), new Node(entry.parent(), htb.level(), htb.rate().rate()));
    }
    return tree;
  }

  /** The classes by their minor numbers; 0 stands for the root. */
  private static final class Model {
    private static final int DEEPEST = 8;

    private record Entry(int parent, Rate rate) {}

    private final Map<Integer, Entry> entries = new TreeMap<>();
    private int newest;

    @Nullable Errno apply(Change.Verb verb, int minor, int parent, Rate rate) {
      Entry entry = entries.get(minor);
      return switch (verb) {
        case ADD -> entry == null ? add(minor, parent, rate) : Errno.EEXIST;
        case REPLACE -> entry == null ? add(minor, parent, rate) : change(minor, entry, rate);
        case CHANGE -> entry == null ? Errno.ENOENT : change(minor, entry, rate);
        case DELETE -> entry == null ? Errno.ENOENT : delete(minor);
        case LINK -> throw new IllegalArgumentException("not for classes");
      };
    }

    /** An unknown parent, and the class itself, are taken for the root. */
    private @Nullable Errno add(int minor, int parent, Rate rate) {
      int above = entries.containsKey(parent) ? parent : 0;
      if (depth(above) == DEEPEST) {
        return Errno.EINVAL;
      }
      entries.put(minor, new Entry(above, rate));
      newest = minor;
      return null;
    }

    /** A class stays where it is, whatever parent is said. */
    private @Nullable Errno change(int minor, Entry entry, Rate rate) {
      entries.put(minor, new Entry(entry.parent(), rate));
      return null;
    }

    private @Nullable Errno delete(int minor) {
      if (hasChildren(minor)) {
        return Errno.EBUSY;
      }
      entries.remove(minor);
      return null;
    }

    private boolean hasChildren(int minor) {
      return entries.values().stream().anyMatch(entry -> entry.parent() == minor);
    }

    private int depth(int minor) {
      Entry entry = entries.get(minor);
      return entry == null ? 0 : 1 + depth(entry.parent());
    }

    SortedMap<Integer, Node> tree() {
      SortedMap<Integer, Node> tree = new TreeMap<>();
      entries.forEach(
          (minor, entry) ->
              tree.put(
                  minor,
                  new Node(
                      entry.parent() == 0 ? Handle.ROOT : Handle.of(1, entry.parent()),
                      hasChildren(minor) ? DEEPEST - depth(minor) : 0,
                      entry.rate())));
      return tree;
    }
  }
}
