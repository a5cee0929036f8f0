package dev.sluice.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.table.Lookups;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists that are changed in place do what the same lists do when they are compiled anew. */
class ListChangeTest {
  private static final int MARK = 8;
  private static final int UDP = 17;
  private static final int PACKETS = 40;
  private static final ProgramSpec LOOKUP = lookup();

  @Test
  void theEngineSeesThem() {
    try (Judge judge = Judge.engine(1)) {
      change(judge, 21, 4, 8);
    }
  }

  @Test
  @Tag("datapath.kernel")
  void theKernelSeesThem() {
    try (Judge judge = Judge.kernel(1)) {
      change(judge, 22, 2, 8);
    }
  }

  private static void change(Judge judge, long seed, int scenes, int changes) {
    Random random = new Random(seed);
    int written = 0;
    int refused = 0;
    for (int i = 0; i < scenes; i++) {
      RandomLists lists = new RandomLists(random, judge.datapath().devices());
      Generation inForce = judge.load(lists.scene());
      try {
        for (int c = 0; c < changes; c++) {
          Map<Prefix, Integer> before = identities(judge, inForce, lists);
          RandomLists.Change change = lists.change();
          Generation.Update update =
              inForce.change(change.policy(), change.list(), change.added(), change.removed());
          Generation fresh = judge.load(lists.scene());
          if (update == Generation.Update.WRITTEN) {
            written++;
            same(judge, inForce, fresh, lists, random);
            fresh.close();
          } else {
            refused++;
            Map<Prefix, Integer> after = identities(judge, inForce, lists);
            before.forEach(
                (address, identity) -> assertThat(after).containsEntry(address, identity));
            inForce.close();
            inForce = fresh;
          }
        }
      } finally {
        inForce.close();
      }
    }
    assertThat(written).as("changed in place").isGreaterThan(scenes * changes / 4);
    assertThat(refused).as("new versions").isPositive();
  }

  /** The same addresses are told apart, and packets get the same classes. */
  private static void same(
      Judge judge, Generation one, Generation other, RandomLists lists, Random random) {
    Map<Prefix, Integer> left = identities(judge, one, lists);
    Map<Prefix, Integer> right = identities(judge, other, lists);
    Map<Integer, Integer> pairs = new HashMap<>();
    Map<Integer, Integer> back = new HashMap<>();
    left.forEach(
        (address, identity) -> {
          int theirs = Objects.requireNonNull(right.get(address));
          assertThat(pairs.computeIfAbsent(identity, _ -> theirs))
              .as("%s", address)
              .isEqualTo(theirs);
          assertThat(back.computeIfAbsent(theirs, _ -> identity))
              .as("%s", address)
              .isEqualTo(identity);
        });
    for (int i = 0; i < PACKETS; i++) {
      boolean six = random.nextBoolean();
      Prefix from = lists.pick(left.keySet(), six);
      Prefix to = lists.pick(left.keySet(), six);
      if (from != null && to != null) {
        byte[] packet = Frames.of(from, to, UDP, 1, 2, 0, 0);
        assertThat(judge.run(one, judge.device(0), Direction.EGRESS, packet))
            .as("from %s to %s", from, to)
            .isEqualTo(judge.run(other, judge.device(0), Direction.EGRESS, packet));
      }
    }
  }

  /** What the table says of all addresses where something may begin or end; 0 and 1 are none. */
  private static Map<Prefix, Integer> identities(
      Judge judge, Generation generation, RandomLists lists) {
    Map<Prefix, Integer> identities = new HashMap<>();
    try (Program lookup = judge.datapath().programs().load(LOOKUP, generation.maps())) {
      for (Prefix address : lists.addresses()) {
        identities.put(address, Math.max(1, find(lookup, address)));
      }
    }
    return identities;
  }

  private static ProgramSpec lookup() {
    try {
      return ProgramCompiler.compile(Lookups.class.getMethod("find", SkBuff.class)).program();
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int find(Program lookup, Prefix address) {
    ByteBuffer packet = ByteBuffer.allocate(64);
    packet.putShort(12, (short) (address.six() ? 6 : 4));
    packet.putLong(14, address.high()).putLong(22, address.low());
    TestRun.Result result =
        lookup.testRun(TestRun.of(packet.array()).withContext(Bytes.copyOf(new byte[192])));
    return ByteBuffer.wrap(result.context().toArray()).order(ByteOrder.nativeOrder()).getInt(MARK);
  }
}
