package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random changes to qdiscs and classes, and frames between them, done to the kernel and the engine:
 * the same answers in the same words, the same listings, and the same counters. Rates are so slow
 * that it does not matter how long the kernel takes. {@code -Dsluice.changes=NUMBER} says how many
 * for each seed, {@code -Dsluice.seed=NUMBER} runs one seed.
 */
@Tag("datapath.differences")
class QdiscChangesDifferenceTest {
  private static final int CHANGES = Integer.getInteger("sluice.changes", 400);

  /** Changes to one device, before another takes its place: buckets fill with time. */
  private static final int CHANGES_OF_A_DEVICE = 40;

  static LongStream seeds() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theEngineAnswersLikeTheKernel(long seed) {
    assumeTrue(new KernelTestbeds().unavailable().isEmpty(), "needs root");
    Random random = new Random(seed);
    for (int done = 0; done < CHANGES; done += CHANGES_OF_A_DEVICE) {
      try (TwinQdiscs twins = new TwinQdiscs()) {
        compare(twins, random, "seed " + seed + ", round " + done / CHANGES_OF_A_DEVICE);
      }
    }
  }

  private static void compare(TwinQdiscs twins, Random random, String where) {
    Changes changes = new Changes(random);
    StringBuilder history = new StringBuilder(where);
    assertThat(twins.engine().listing()).isEqualTo(twins.kernel().listing());
    List<Function<Device, Change>> first = changes.first();
    for (int i = 0; i < CHANGES_OF_A_DEVICE; i++) {
      twins.keepUp();
      if (i >= first.size() && random.nextInt(3) == 0) {
        int priority = changes.priority();
        int length = 100 * (1 + random.nextInt(10));
        int count = 1 + random.nextInt(4);
        history.append("\n%d: send %d of %d, priority %x".formatted(i, count, length, priority));
        Frame frame = ofLength(length);
        for (int sent = 0; sent < count; sent++) {
          twins.send(frame, priority);
        }
      } else {
        Function<Device, Change> change = i < first.size() ? first.get(i) : changes.next();
        String answer = twins.engine().apply(change);
        history
            .append("\n%d: ".formatted(i))
            .append(change.apply(twins.engine().device()))
            .append("\n    ")
            .append(answer);
        assertThat(answer).as(history.toString()).isEqualTo(twins.kernel().apply(change));
      }
      twins.keepUp();
      List<String> engine = twins.engine().listing();
      assertThat(String.join("\n", engine))
          .as(history.toString())
          .isEqualTo(String.join("\n", twins.kernel().listing()));
    }
  }

  private static Frame ofLength(int bytes) {
    return Frame.labelled("x".repeat(bytes - Frame.labelled("").length()));
  }

  /** Makes changes that collide often. */
  private static final class Changes {
    private static final int CLSACT_MAJOR = 0xffff;

    private final Random random;

    /**
     * Whether there may be a class {@code 1:}. If so, no filter names it: that it means the direct
     * queue unless the class was there before the filter is beyond the engine.
     */
    private final boolean hasRootClass;

    Changes(Random random) {
      this.random = random;
      hasRootClass = random.nextBoolean();
    }

    private <T> T oneOf(List<T> some) {
      return some.get(random.nextInt(some.size()));
    }

    int priority() {
      return oneOf(List.of(0, 0, 0x1_0010, 0x1_0010, 0x1_0011, 0x1_0011, 0x1_0001, 0x1_0000, 6));
    }

    /** What most devices begin with. */
    List<Function<Device, Change>> first() {
      Qdisc root = random.nextInt(4) == 0 ? tbf() : htb();
      List<Function<Device, Change>> some = new ArrayList<>();
      some.add(device -> Change.OfQdisc.add(device, Handle.ROOT, Handle.of(1, 0), root));
      for (int minor : List.of(1, 0x10, 0x11)) {
        TrafficClass wish = trafficClass();
        Handle parent = Handle.of(1, minor == 1 ? 0 : 1);
        some.add(device -> Change.OfClass.add(device, parent, Handle.of(1, minor), wish));
      }
      return some.subList(0, random.nextInt(some.size() + 1));
    }

    Function<Device, Change> next() {
      return switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5, 6 -> ofQdisc();
        case 7, 8 -> ofFilter();
        default -> ofClass();
      };
    }

    private Change.Verb verb() {
      return oneOf(
          List.of(
              Change.Verb.ADD,
              Change.Verb.ADD,
              Change.Verb.ADD,
              Change.Verb.REPLACE,
              Change.Verb.REPLACE,
              Change.Verb.CHANGE,
              Change.Verb.CHANGE,
              Change.Verb.DELETE));
    }

    private Function<Device, Change> ofQdisc() {
      Change.Verb verb = random.nextInt(15) == 0 ? Change.Verb.LINK : verb();
      if (verb == Change.Verb.DELETE && random.nextInt(3) > 0) {
        verb = Change.Verb.ADD;
      }
      Change.Verb chosen = verb;
      Handle parent = qdiscParent();
      Handle handle = qdiscHandle(parent);
      Qdisc qdisc = random.nextInt(15) == 0 ? null : qdisc(parent);
      boolean deletes = verb == Change.Verb.DELETE;
      String kind =
          qdisc == null || random.nextInt(25) == 0 || deletes && random.nextInt(3) > 0
              ? oneOf(List.of("pfifo", "tbf", "htb", "clsact", "noqueue", "mystery", ""))
              : qdisc.kind();
      String given = kind.isEmpty() ? null : kind;
      Qdisc options = deletes || qdisc != null && !qdisc.kind().equals(given) ? null : qdisc;
      return device -> new Change.OfQdisc(chosen, device, parent, handle, given, options, null);
    }

    private Handle qdiscParent() {
      return switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4 -> Handle.ROOT;
        case 5, 6, 7 -> Handle.of(1, 0x10);
        case 8 -> Handle.of(1, 0x11);
        case 9 -> Handle.of(1, oneOf(List.of(0, 1, 2, 0x12)));
        case 10 -> Handle.of(oneOf(List.of(2, 3, 5)), oneOf(List.of(0, 1, 0x10)));
        case 11, 12 -> Handle.CLSACT;
        case 13 -> Handle.of(CLSACT_MAJOR, oneOf(List.of(0, 1, 0xfff2, 0xfff3)));
        case 14 -> Handle.UNSPECIFIED;
        default -> Handle.of(0, 0x10);
      };
    }

    private Handle qdiscHandle(Handle parent) {
      if (parent.equals(Handle.CLSACT)) {
        return oneOf(
            List.of(
                Handle.UNSPECIFIED,
                Handle.of(CLSACT_MAJOR, 0),
                Handle.of(CLSACT_MAJOR, 0),
                Handle.of(1, 0)));
      }
      if (parent.equals(Handle.ROOT)) {
        return oneOf(
            List.of(
                Handle.of(1, 0),
                Handle.of(1, 0),
                Handle.of(1, 0),
                Handle.UNSPECIFIED,
                Handle.of(2, 0),
                Handle.of(1, 5)));
      }
      return oneOf(
          List.of(
              Handle.UNSPECIFIED,
              Handle.of(2, 0),
              Handle.of(2, 0),
              Handle.of(3, 0),
              Handle.of(5, 0),
              Handle.of(1, 0),
              Handle.of(CLSACT_MAJOR, 0)));
    }

    private Qdisc qdisc(Handle parent) {
      if (parent.equals(Handle.CLSACT) && random.nextInt(5) > 0) {
        return random.nextBoolean() ? new Qdisc.Clsact() : new Qdisc.Ingress();
      }
      Long limit = random.nextInt(4) == 0 ? null : (long) random.nextInt(5);
      return switch (random.nextInt(parent.equals(Handle.ROOT) ? 20 : 12)) {
        case 0, 1 -> new Qdisc.Pfifo(limit);
        case 2 -> new Qdisc.Bfifo(limit == null ? null : limit * 1000);
        case 3, 4 -> new Qdisc.PfifoHeadDrop(limit);
        case 5 -> new Qdisc.Noqueue();
        case 6, 7, 8, 9 -> tbf();
        case 10 -> oneOf(List.of(new Qdisc.Clsact(), new Qdisc.Ingress()));
        default -> htb();
      };
    }

    private Htb htb() {
      Long direct = random.nextInt(3) == 0 ? (long) random.nextInt(5) : null;
      int version = random.nextInt(12) == 0 ? 4 : random.nextInt(12) == 0 ? 0x30011 : 3;
      return new Htb(
          oneOf(List.of(0x10, 0x10, 0x10, 0x11, 0, 1, 0x1_0010, 0x77)),
          oneOf(List.of(10, 10, 0, 1, -1)),
          direct,
          random.nextInt(15) == 0,
          random.nextInt(3),
          version);
    }

    private Tbf tbf() {
      RateSpec rate = rateSpec(20);
      long burst = random.nextInt(10) == 0 ? 0 : 50 + 100 * (1 + random.nextInt(20));
      RateSpec peak = random.nextInt(4) == 0 ? rateSpec(random.nextInt(4) == 0 ? 20 : 40) : null;
      return new Tbf(
          rate,
          Bucket.of(rate.rate(), burst),
          peak,
          peak == null ? null : Bucket.of(peak.rate(), 1050),
          random.nextInt(5) * 1000L);
    }

    private RateSpec rateSpec(long bytesPerSecond) {
      Rate rate = new Rate(bytesPerSecond);
      return switch (random.nextInt(8)) {
        case 0 -> new RateSpec(rate, 100 * random.nextInt(3), 0, LinkLayer.ETHERNET, 3);
        case 1 -> new RateSpec(rate, 0, 100 * random.nextInt(5), LinkLayer.UNAWARE, 0);
        default -> RateSpec.of(rate);
      };
    }

    private Function<Device, Change> ofClass() {
      Change.Verb verb = verb();
      Handle any =
          switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> Handle.of(1, 0x10);
            case 4, 5, 6 -> Handle.of(1, 0x11);
            case 7, 8 -> Handle.of(1, 1);
            case 9 -> Handle.of(1, oneOf(List.of(0, 2, 3, 0x12)));
            case 10 -> Handle.of(oneOf(List.of(2, 3, 5, CLSACT_MAJOR)), oneOf(List.of(0, 1, 0x10)));
            case 11 -> Handle.of(0, 0x10);
            case 12 -> Handle.UNSPECIFIED;
            default -> Handle.of(1, 2);
          };
      Handle id = any.minor() == 0 && !hasRootClass ? Handle.of(1, 0x10) : any;
      Handle parent =
          switch (random.nextInt(12)) {
            case 0, 1 -> Handle.ROOT;
            case 2, 3 -> Handle.of(1, 0);
            case 4, 5, 6, 7 -> Handle.of(1, 1);
            case 8 -> Handle.of(1, oneOf(List.of(2, 0x10, 0x11, 0x77)));
            case 9 -> Handle.of(0, 1);
            case 10 -> Handle.of(oneOf(List.of(2, 3, 5, CLSACT_MAJOR)), oneOf(List.of(0, 1)));
            default -> Handle.UNSPECIFIED;
          };
      TrafficClass wish =
          verb == Change.Verb.DELETE || random.nextInt(15) == 0 ? null : trafficClass();
      return device ->
          new Change.OfClass(verb, device, parent, id, wish == null ? null : "htb", wish, null);
    }

    private TrafficClass trafficClass() {
      if (random.nextInt(25) == 0) {
        return new TrafficClass.Unknown("htb", null);
      }
      RateSpec rate = rateSpec(oneOf(List.of(20L, 20L, 0L, 5_000_000_000L, 50_000_000L)));
      RateSpec ceil = rateSpec(oneOf(List.of(20L, 20L, 40L, 40L, 0L)));
      return new TrafficClass.HtbClass(
          rate,
          ceil,
          Bucket.of(rate.rate(), burst(rate, 30)),
          Bucket.of(ceil.rate(), burst(ceil, 54)),
          oneOf(List.of(0L, 0L, 500L, 1500L, 3_000_000_000L)),
          oneOf(List.of(0, 0, 1, 7, 8, -1)),
          random.nextInt(3));
    }

    /** What is left of it says itself how long the kernel took, where the rate is not slow. */
    private long burst(RateSpec rate, int hundreds) {
      return rate.rate().bytesPerSecond() > 1000 ? 10_000_000 : 50 + 100 * random.nextInt(hundreds);
    }

    /** Filters of the root alone: one of an inner class that names it would go in circles. */
    @SuppressWarnings("NullAway") // an inner filter has no class, and the constructor takes that
    private Function<Device, Change> ofFilter() {
      Handle parent = random.nextInt(6) == 0 ? qdiscParent() : Handle.of(1, 0);
      Handle classId = Handle.of(1, oneOf(List.of(0x10, 0x11, 1, hasRootClass ? 2 : 0, 0x77)));
      boolean inner = parent.minor() != 0;
      U32 filter = U32.matching(List.of(new U32.Key(0, 0, 0, 0)), inner ? null : classId);
      int priority = 1 + random.nextInt(3);
      return random.nextInt(3) > 0
          ? device -> Change.OfFilter.add(device, parent, priority, Frame.IPV4, filter)
          : device -> Change.OfFilter.delete(device, parent, priority, Frame.IPV4, 0, "u32");
    }
  }
}
