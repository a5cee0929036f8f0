package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionSettings;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random changes to filters, done to the kernel and the engine: the same answers in the same words,
 * and the same listings. {@code -Dsluice.changes=NUMBER} says how many for each seed, {@code
 * -Dsluice.seed=NUMBER} runs one seed.
 */
@Tag("datapath.differences")
class FilterChangesDifferenceTest {
  private static final int CHANGES = Integer.getInteger("sluice.changes", 400);
  private static final int IPV4 = 0x0800;

  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private Device device;
  private Device other;

  @BeforeEach
  void open() {
    assumeTrue(new KernelTestbeds().unavailable().isEmpty(), "needs root");
    namespace = NetworkNamespace.create("filters");
    datapath = KernelDatapath.open(namespace);
    device = datapath.kernelDevices().createVeth("v0", "v1", null);
    other = datapath.device("v1");
    datapath
        .trafficControl()
        .apply(Change.OfQdisc.add(device, Handle.ROOT, Handle.of(1, 0), Htb.withDefault(0)));
    datapath
        .trafficControl()
        .apply(Change.OfQdisc.add(device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
  }

  @AfterEach
  void close() {
    if (datapath != null) {
      datapath.close();
      namespace.close();
    }
  }

  static LongStream seeds() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theEngineAnswersLikeTheKernel(long seed) {
    Random random = new Random(seed);
    Handle parent = seed % 2 == 0 ? Handle.CLSACT_EGRESS : Handle.of(1, 0);
    TwinFilters twins =
        new TwinFilters(
            datapath.trafficControl(), device, parent, Map.of("v0", device, "v1", other));
    Changes changes = new Changes(random, twins);
    for (int i = 0; i < CHANGES; i++) {
      Change.OfFilter change = changes.next();
      String where = "seed " + seed + ", change " + i + ": " + change;
      String answer = twins.applyToEngine(change);
      // A node that links to a table does so until some time after it is gone.
      String answerOfKernel =
          Await.until(
              () -> twins.applyToKernel(change),
              is -> is.equals(answer) || !is.startsWith(Errno.EBUSY.name()));
      assertThat(answer).as(where).isEqualTo(answerOfKernel);
      List<FilterEntry> engine = twins.engineEntries();
      // The kernel lets go of a filter's actions some time after it is gone.
      assertSame(where, engine, Await.untilEquals(engine, twins::kernelEntries));
      int handle = changes.handle();
      int priority = changes.priority();
      String kind = random.nextInt(4) == 0 ? "bpf" : "u32";
      int protocol = random.nextInt(5) == 0 ? 3 : IPV4;
      assertThat(twins.getFromEngine(priority, protocol, handle, kind))
          .as(
              "%s; then filter %x of priority %d, protocol %x, kind %s",
              where, handle, priority, protocol, kind)
          .isEqualTo(twins.getFromKernel(priority, protocol, handle, kind));
    }
  }

  /** Compares entry by entry: a whole listing is more than one can read. */
  private static void assertSame(String where, List<FilterEntry> engine, List<FilterEntry> kernel) {
    for (int i = 0; i < Math.min(engine.size(), kernel.size()); i++) {
      assertThat(engine.get(i)).as("%s; entry %d", where, i).isEqualTo(kernel.get(i));
    }
    assertThat(engine).as(where).hasSameSizeAs(kernel);
  }

  /** Makes changes that collide often. */
  private final class Changes {
    private final Random random;
    private final TwinFilters twins;
    private int newIndex = TwinFilters.FIRST_CHOSEN_INDEX;

    Changes(Random random, TwinFilters twins) {
      this.random = random;
      this.twins = twins;
    }

    int priority() {
      int[] some = {1, 1, 1, 2, 2, 3, 0, 0xc000, 0xbfff, 0x8000};
      return some[random.nextInt(random.nextInt(4) == 0 ? some.length : 6)];
    }

    /** A handle of a node, a table, a bpf filter, or of nothing. */
    int handle() {
      return switch (random.nextInt(9)) {
        case 0 -> 0;
        case 1 -> 1 + random.nextInt(3);
        case 2 -> table();
        case 3 -> table() | bucket() << 12;
        case 4, 5, 6 -> table() | node();
        case 7 -> table() | bucket() << 12 | node();
        default -> node();
      };
    }

    private int table() {
      int[] some = {0x800, 0x801, 0x802, 1, 2, 3, 0x7ff, 0xfff};
      return some[random.nextInt(some.length)] << 20;
    }

    private int bucket() {
      return random.nextInt(5);
    }

    private int node() {
      int[] some = {0x800, 0x801, 0x802, 1, 2, 0xfff};
      return some[random.nextInt(some.length)];
    }

    Change.OfFilter next() {
      return switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> change(Change.Verb.ADD);
        case 9, 10 -> change(Change.Verb.CHANGE);
        case 11, 12, 13, 14 -> change(Change.Verb.REPLACE);
        default -> delete();
      };
    }

    private int protocol() {
      int[] some = {IPV4, IPV4, IPV4, IPV4, IPV4, IPV4, 3, 0};
      return some[random.nextInt(some.length)];
    }

    private Change.OfFilter delete() {
      if (random.nextInt(12) == 0) {
        return of(Change.Verb.DELETE, 0, 0, 0, null, null);
      }
      String kind = random.nextInt(6) == 0 ? null : random.nextInt(4) == 0 ? "bpf" : "u32";
      int handle = random.nextInt(10) == 0 ? 0 : handle();
      return of(Change.Verb.DELETE, priority(), protocol(), handle, kind, null);
    }

    private Change.OfFilter change(Change.Verb verb) {
      int handle = random.nextInt(3) == 0 ? 0 : handle();
      boolean bpf = random.nextInt(4) == 0;
      if (bpf && random.nextBoolean()) {
        handle = random.nextInt(4);
      }
      Filter filter = random.nextInt(30) == 0 ? null : bpf ? bpf() : u32();
      if (filter instanceof U32 u32 && u32.divisor() != 0) {
        // The kernel forgets that it gave a number from 800 up to a table that was made with it,
        // gives it to another as well, and later refuses it. The engine keeps them apart.
        handle &= 0x7fffffff;
      }
      String kind = bpf ? "bpf" : "u32";
      return of(verb, priority(), protocol(), handle, kind, filter);
    }

    private Change.OfFilter of(
        Change.Verb verb,
        int priority,
        int protocol,
        int handle,
        @Nullable String kind,
        @Nullable Filter filter) {
      return new Change.OfFilter(
          verb,
          twins.device(),
          twins.parent(),
          priority,
          protocol,
          null,
          handle,
          kind,
          filter,
          null);
    }

    private @Nullable Handle classId() {
      return random.nextInt(4) == 0 ? null : Handle.of(1, random.nextInt(5));
    }

    private int flags() {
      return switch (random.nextInt(20)) {
        case 0 -> Filter.SKIP_HARDWARE;
        case 1 -> Filter.SKIP_SOFTWARE;
        case 2 -> Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE;
        default -> 0;
      };
    }

    private U32 u32() {
      if (random.nextInt(5) == 0) {
        return new U32(
            null, 0, 0, 1 << random.nextInt(4), null, null, null, 0, List.of(), null, null);
      }
      int hash = random.nextInt(3) == 0 ? table() | bucket() << 12 : 0;
      int link =
          switch (random.nextInt(8)) {
            case 0, 1 -> table();
            case 2 -> table() | node();
            default -> 0;
          };
      String inDevice =
          switch (random.nextInt(10)) {
            case 0 -> "v0";
            case 1 -> "none";
            default -> null;
          };
      List<U32.Key> keys = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        keys.add(
            new U32.Key(
                random.nextInt(), random.nextInt(), random.nextInt(64) - 14, -random.nextInt(2)));
      }
      U32.Selector selector =
          random.nextInt(15) == 0
              ? null
              : new U32.Selector(
                  random.nextInt(16),
                  random.nextInt(16),
                  random.nextInt(0x10000),
                  random.nextInt(64),
                  random.nextInt(64) - 14,
                  random.nextInt(64) - 14,
                  random.nextInt(),
                  keys);
      return new U32(
          classId(), hash, link, 0, selector, null, inDevice, flags(), actions(), null, null);
    }

    private BpfFilter bpf() {
      List<Instruction> code = new ArrayList<>();
      if (random.nextInt(3) == 0) {
        int[] codes = {
          0x20, 0x28, 0x30, 0x54, 0x15, 0x35, 0x34, 0x60, 0x02, 0x61, 0x64, 0x05, 0x99
        };
        for (int i = random.nextInt(6); i >= 0; i--) {
          code.add(
              new Instruction(
                  codes[random.nextInt(codes.length)],
                  random.nextInt(3),
                  random.nextInt(3),
                  random.nextInt(random.nextBoolean() ? 3 : 40)));
        }
      }
      if (random.nextInt(10) > 0 || code.isEmpty()) {
        code.add(new Instruction(6, 0, 0, random.nextInt(3) - 1));
      }
      return new BpfFilter(
          new BpfFilter.Classic(code), random.nextBoolean(), classId(), flags(), actions());
    }

    /** A number of an action that was never used, or is in use. */
    private int actionIndex() {
      List<Integer> inUse = new ArrayList<>();
      for (FilterEntry entry : twins.engineEntries()) {
        if (entry.filter() != null) {
          entry.filter().actions().forEach(action -> inUse.add(action.index()));
        }
      }
      inUse.removeIf(index -> index < TwinFilters.FIRST_CHOSEN_INDEX);
      return inUse.isEmpty() || random.nextBoolean()
          ? newIndex++
          : inUse.get(random.nextInt(inUse.size()));
    }

    private List<Action> actions() {
      List<Action> actions = new ArrayList<>();
      for (int i = random.nextInt(5) - 2; i > 0; i--) {
        int[] controls = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10000001, -5, 0x30000000};
        Action.Mirred.Mode[] modes = Action.Mirred.Mode.values();
        int index = random.nextInt(2) == 0 ? 0 : actionIndex();
        int to = random.nextInt(12) == 0 ? 4242 : random.nextInt(12) == 0 ? 0 : other.index();
        // What a refused change leaves of these on an action that it shares is not compared: the
        // kernel sets them before it refuses, the engine does not.
        boolean shared = index != 0;
        Bytes cookie =
            shared || random.nextInt(3) > 0 ? null : Bytes.ofHex("0" + random.nextInt(10));
        Integer statistics = shared || random.nextInt(3) > 0 ? null : random.nextInt(4);
        actions.add(
            new Action.Mirred(
                modes[random.nextInt(modes.length)],
                to,
                controls[random.nextInt(random.nextInt(5) == 0 ? controls.length : 5)],
                index,
                new ActionSettings(cookie, statistics, random.nextInt(4) == 0)));
      }
      return actions;
    }
  }
}
