package dev.sluice.policy.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.vm.ExecutionMode;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.policy.address.Prefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * While prefixes come, change and go, programs find what there was before or what there is
 * afterwards: never less than a prefix that stays, never what is nowhere around the address.
 */
class ReadingMeanwhileTest {
  private static final int REPEAT = 20_000;

  /** How many there are at least while programs run. */
  private static final int CHANGES = 200;

  /** Prefixes that stay. */
  private static final Map<Prefix, Integer> STAYING =
      Map.of(
          prefix("10.0.0.0/8"), 1,
          prefix("10.1.2.0/26"), 2,
          prefix("10.1.2.128/25"), 3,
          prefix("2001:db8::/32"), 1,
          prefix("2001:db8:1:200::/58"), 2,
          prefix("2001:db8:1:280::/57"), 3,
          prefix("2001:db8:1:2ff::1"), 4,
          prefix("2001:db8:1:2ff::2"), 2);

  /** Prefixes that come with one of two values, and go. */
  private static final List<Prefix> CHANGING =
      Stream.of(
              "10.1.0.0/16",
              "10.1.2.0/24",
              "10.1.2.64/26",
              "10.1.2.0/27",
              "10.1.2.129",
              "10.1.2.5",
              "10.1.3.0/24",
              "11.1.2.0/24",
              "11.1.2.77",
              "10.1.2.96/29",
              "2001:db8:1::/48",
              "2001:db8:1:200::/56",
              "2001:db8:1:240::/58",
              "2001:db8:1:200::/59",
              "2001:db8:1:281::/64",
              "2001:db8:1:205::1",
              "2001:db9::/36",
              "2001:db9::7",
              "2001:db8:1:2ff::3",
              "2001:db8:1:2ff::4",
              "2001:db8:1:260::/61")
          .map(ReadingMeanwhileTest::prefix)
          .toList();

  private static final List<Prefix> ADDRESSES =
      Stream.of(
              "10.1.2.0",
              "10.1.2.5",
              "10.1.2.63",
              "10.1.2.64",
              "10.1.2.97",
              "10.1.2.127",
              "10.1.2.129",
              "10.1.2.200",
              "10.1.3.1",
              "10.1.4.1",
              "10.200.0.1",
              "11.1.2.77",
              "11.1.2.78",
              "11.1.3.0",
              "12.0.0.1",
              "2001:db8:1:2ff::1",
              "2001:db8:1:2ff::2",
              "2001:db8:1:2ff::3",
              "2001:db8:1:200::",
              "2001:db8:1:23f::",
              "2001:db8:1:261::1",
              "2001:db8:1:281::1",
              "2001:db8:1:205::1",
              "2001:db8:2::1",
              "2001:db9::7",
              "2001:db9:1000::1",
              "2001:dba::1")
          .map(ReadingMeanwhileTest::prefix)
          .toList();

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text), text);
  }

  @Test
  void inTheEngine() throws Exception {
    try (Datapath datapath =
        EngineDatapath.open(new Network(1).addHost("a"), ExecutionMode.COMPILED)) {
      readMeanwhile(datapath, 2, 500);
    }
  }

  @Test
  @ExtendWith(Root.class)
  void inTheKernel() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("meanwhile");
        Datapath datapath = KernelDatapath.open(namespace)) {
      readMeanwhile(datapath, 6, REPEAT);
    }
  }

  private static void readMeanwhile(Datapath datapath, int turns, int repeat) throws Exception {
    PrefixTable table = new PrefixTable();
    STAYING.forEach(table::put);
    PrefixTableWriter writer = new PrefixTableWriter(table);
    ObjectSpec spec =
        ProgramCompiler.compile(Lookups.class.getMethod("watch", SkBuff.class)).object();
    AtomicBoolean over = new AtomicBoolean();
    try (LoadedObject object = datapath.programs().load(writer.sized(spec));
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      writer.load(object.maps());
      AtomicInteger changes = new AtomicInteger();
      Future<?> changing = thread.submit(() -> change(table, writer, changes, over));
      try {
        for (int i = 0; (i < turns || changes.get() < CHANGES) && !changing.isDone(); i++) {
          for (Prefix address : ADDRESSES) {
            assertThat(allowed(address))
                .as("at %s", address)
                .containsAll(seen(object, address, repeat));
          }
        }
      } finally {
        over.set(true);
      }
      changing.get();
    }
  }

  /** One prefix after the other; sometimes several at once. */
  private static void change(
      PrefixTable table, PrefixTableWriter writer, AtomicInteger changes, AtomicBoolean over) {
    Random random = new Random(4);
    while (!over.get()) {
      for (int i = random.nextInt(8) == 0 ? 3 : 1; i > 0; i--) {
        Prefix prefix = CHANGING.get(random.nextInt(CHANGING.size()));
        if (random.nextInt(3) == 0) {
          table.remove(prefix);
        } else {
          table.put(prefix, 5 + random.nextInt(2));
        }
      }
      assertThat(writer.update()).isEqualTo(PrefixTableWriter.Update.WRITTEN);
      changes.incrementAndGet();
    }
  }

  /** Of prefixes around an address, the longest that stays, and the longer ones. */
  private static Set<Integer> allowed(Prefix address) {
    int length = -1;
    int staying = 0;
    for (Map.Entry<Prefix, Integer> one : STAYING.entrySet()) {
      if (one.getKey().contains(address) && one.getKey().length() > length) {
        length = one.getKey().length();
        staying = one.getValue();
      }
    }
    Set<Integer> allowed = new HashSet<>(Set.of(staying));
    for (Prefix prefix : CHANGING) {
      if (prefix.contains(address) && prefix.length() > length) {
        allowed.addAll(List.of(5, 6));
      }
    }
    return allowed;
  }

  private static List<Integer> seen(LoadedObject object, Prefix address, int repeat) {
    ByteBuffer packet = ByteBuffer.allocate(64);
    packet.putShort(12, (short) (address.six() ? 6 : 4));
    packet.putLong(14, address.high()).putLong(22, address.low());
    Map<Integer, Long> before = counts(object);
    object.program("watch").testRun(TestRun.of(packet.array()).repeated(repeat));
    List<Integer> seen = new ArrayList<>();
    counts(object)
        .forEach(
            (value, count) -> {
              if (count > before.getOrDefault(value, 0L)) {
                seen.add(value);
              }
            });
    assertThat(seen).isNotEmpty();
    return seen;
  }

  private static Map<Integer, Long> counts(LoadedObject object) {
    Map<Integer, Long> counts = new LinkedHashMap<>();
    for (int value = 0; value < 8; value++) {
      byte[] key = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
      byte[] count = Objects.requireNonNull(object.map("seen").lookup(key));
      counts.put(value, ByteBuffer.wrap(count).order(ByteOrder.nativeOrder()).getLong());
    }
    return counts;
  }
}
