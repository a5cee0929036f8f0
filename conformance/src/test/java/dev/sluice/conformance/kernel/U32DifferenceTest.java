package dev.sluice.conformance.kernel;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.U32;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random u32 trees are asked about random packets, by the kernel and by the engine. {@code
 * -Dsluice.trees=NUMBER} says how many trees for each seed.
 */
@Tag("datapath.differences")
class U32DifferenceTest extends PacketDifference {
  private static final int TREES = Integer.getInteger("sluice.trees", 12);

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void packetsComeToTheSameNodes(long seed) {
    Random random = new Random(seed);
    Handle parent = parent(seed);
    for (int i = 0; i < TREES; i++) {
      compare(random, parent, "seed " + seed + ", tree " + i, given -> new Tree(given).changes());
    }
  }

  /** A random tree: up to three priorities, with tables that link to each other. */
  private static final class Tree {
    private final Filters given;
    private final Random random;
    private final int[] buckets = new int[5];
    private final int[] filled = new int[5];

    Tree(Filters given) {
      this.given = given;
      random = given.random();
    }

    List<Change.OfFilter> changes() {
      List<Change.OfFilter> changes = new ArrayList<>();
      int tables = random.nextInt(buckets.length);
      int[] protocols = {IPV4, EVERY, random.nextInt(2) == 0 ? IPV6 : VLAN};
      for (int table = 1; table <= tables; table++) {
        buckets[table] = 1 << random.nextInt(5);
        changes.add(
            given.add(
                1,
                protocols[0],
                table << 20,
                new U32(null, 0, 0, buckets[table], null, null, null, 0, List.of(), null, null)));
      }
      int nodes = 2 + random.nextInt(14);
      for (int i = 0; i < nodes; i++) {
        int table = tables > 0 && random.nextBoolean() ? 1 + random.nextInt(tables) : 0;
        if (table > 0 && filled[table]++ >= 3) {
          table = 0; // searches through long lists that link in circles take for ever
        }
        int link = tables > 0 && random.nextInt(3) == 0 ? 1 + random.nextInt(tables) : 0;
        int priority = random.nextInt(3);
        changes.add(
            given.add(
                1 + priority,
                protocols[priority],
                random.nextInt(4) == 0 ? 1 + random.nextInt(0x7ff) & ~0x3f | i : 0,
                node(table, link)));
      }
      return changes;
    }

    private U32 node(int table, int link) {
      int flags =
          (link == 0 || random.nextInt(3) == 0 ? U32.Selector.TERMINAL : 0)
              | (random.nextBoolean() ? random.nextInt(16) & ~U32.Selector.TERMINAL : 0);
      List<U32.Key> keys = new ArrayList<>();
      for (int i = random.nextInt(link == 0 ? 4 : 2); i > 0; i--) {
        keys.add(key());
      }
      U32.Selector selector =
          new U32.Selector(
              flags,
              random.nextInt(16),
              mask() >>> 16,
              random.nextInt(random.nextInt(10) == 0 ? 200 : 12),
              random.nextInt(random.nextInt(10) == 0 ? 90 : 20) - 6,
              random.nextInt(random.nextInt(10) == 0 ? 90 : 20) - 6,
              mask(),
              keys);
      String inDevice = random.nextInt(12) == 0 ? random.nextBoolean() ? "v0" : "v1" : null;
      return new U32(
          given.classId(),
          table << 20 | (table == 0 ? 0 : random.nextInt(buckets[table]) << 12),
          link << 20,
          0,
          selector,
          null,
          inDevice,
          random.nextInt(30) == 0 ? 2 : 0,
          List.of(given.counting()),
          null,
          null);
    }

    private int mask() {
      int[] some = {-1, 0xff, 0xff00, 0xff0000, 0xff000000, 0x0f000f00, 0xffff0000, 0x3, 0};
      return some[random.nextInt(some.length)];
    }

    /** A word that some packet has, or nearly. */
    private U32.Key key() {
      byte[] packet = given.packets().get(random.nextInt(given.packets().size()));
      int offset = random.nextInt(random.nextInt(12) == 0 ? 110 : 40) - 14;
      int at = 14 + offset;
      int word = at + 4 <= packet.length ? ByteBuffer.wrap(packet).getInt(at) : random.nextInt();
      int mask = mask() & (random.nextInt(3) == 0 ? 0xffff : -1);
      if (random.nextInt(5) == 0) {
        word ^= 1 << random.nextInt(32);
      }
      int value = random.nextInt(8) == 0 ? word : word & mask;
      int offsetMask =
          switch (random.nextInt(4)) {
            case 0 -> -1;
            case 1 -> random.nextInt(64);
            default -> 0;
          };
      return new U32.Key(mask, value, offset, offsetMask);
    }
  }
}
