package dev.sluice.engine.filter;

import static dev.sluice.engine.filter.FilterFixture.IPV4;
import static dev.sluice.engine.filter.FilterFixture.ONE;
import static dev.sluice.engine.filter.FilterFixture.packet;
import static dev.sluice.engine.filter.FilterFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.U32;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A search through random tables finds what the same search in plain words finds. */
class U32SearchProperties {
  private static final int TABLES = 4;

  @Property(tries = 500)
  void findsWhatTheModelFinds(@ForAll long seed) {
    Random random = new Random(seed);
    FilterFixture fixture = new FilterFixture(ONE);
    Model model = new Model();
    byte[][] packets = new byte[12][];
    for (int i = 0; i < packets.length; i++) {
      packets[i] = packetBytes(random);
    }
    for (int table = 1; table < TABLES; table++) {
      int buckets = 1 << random.nextInt(3);
      fixture.add(1, table << 20, table(buckets));
      model.addTable(buckets);
    }
    for (int i = 1; i <= 14; i++) {
      int table = random.nextInt(TABLES);
      int bucket = random.nextInt(model.tables.get(table).size());
      int link = random.nextInt(2) * random.nextInt(TABLES);
      U32 node =
          new U32(
              Handle.of(1, i),
              (table << 20) | (bucket << 12),
              link << 20,
              0,
              selector(random, packets),
              null,
              null,
              0,
              random.nextInt(4) == 0 ? List.of(new Action.Gact(-1, 0)) : List.of(),
              null,
              null);
      fixture.add(1, i, node);
      model.tables.get(table).get(bucket).add(node);
    }
    for (byte[] bytes : packets) {
      int verdict = fixture.classify(packet(bytes));
      int found = fixture.found.classId;

      assertThat(verdict < 0 ? 0 : found).isEqualTo(model.classOf(bytes));
    }
  }

  /** IPv4, or at least its protocol, of few different bytes. */
  private static byte[] packetBytes(Random random) {
    byte[] bytes = new byte[15 + random.nextInt(60)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(4);
    }
    ByteBuffer.wrap(bytes).putShort(12, (short) IPV4);
    return bytes;
  }

  private static U32.Selector selector(Random random, byte[][] packets) {
    List<U32.Key> keys = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] like = packets[random.nextInt(packets.length)];
      int offset = random.nextInt(40) - 14;
      int at = 14 + offset;
      int word = at + 4 <= like.length ? ByteBuffer.wrap(like).getInt(at) : 0;
      int mask = 0xff << (8 * random.nextInt(4));
      keys.add(new U32.Key(mask, word & mask, offset, -random.nextInt(2)));
    }
    return new U32.Selector(
        random.nextInt(16),
        random.nextInt(8),
        random.nextInt(0x10000),
        random.nextInt(20),
        random.nextInt(20),
        random.nextInt(30) - 10,
        (1 + random.nextInt(7)) << random.nextInt(28),
        keys);
  }

  /** The search as a recursion over lists. */
  private static final class Model {
    /** Tables of buckets of nodes, by their numbers; the first is the root. */
    final List<List<List<U32>>> tables = new ArrayList<>();

    private ByteBuffer packet = ByteBuffer.allocate(0);
    private int extra;
    private int found;

    Model() {
      addTable(1);
    }

    void addTable(int buckets) {
      List<List<U32>> table = new ArrayList<>();
      for (int i = 0; i < buckets; i++) {
        table.add(new ArrayList<>());
      }
      tables.add(table);
    }

    /** The class of a packet, 0 for none. */
    int classOf(byte[] bytes) {
      packet = ByteBuffer.wrap(bytes);
      extra = 0;
      try {
        return search(tables.getFirst().getFirst(), 14, 0) ? found : 0;
      } catch (IndexOutOfBoundsException wordThatIsNotThere) {
        return 0;
      }
    }

    private boolean search(List<U32> nodes, int start, int depth) {
      for (U32 node : nodes) {
        if (matches(node, start) && (descends(node, start, depth) || ends(node))) {
          return true;
        }
      }
      return false;
    }

    private boolean matches(U32 node, int start) {
      for (U32.Key key : selector(node).keys()) {
        int word = packet.getInt(start + key.offset() + (extra & key.offsetMask()));
        if (((word ^ key.value()) & key.mask()) != 0) {
          return false;
        }
      }
      return true;
    }

    private boolean ends(U32 node) {
      Handle classId = node.classId();
      if ((selector(node).flags() & U32.Selector.TERMINAL) == 0 || classId == null) {
        return false;
      }
      found = classId.value();
      return node.actions().isEmpty();
    }

    private boolean descends(U32 node, int start, int depth) {
      if (node.link() == 0) {
        return false;
      }
      if (depth == 8) {
        throw new IndexOutOfBoundsException("too deep");
      }
      U32.Selector selector = selector(node);
      List<List<U32>> table = tables.get(node.link() >>> 20);
      int bucket = 0;
      if (table.size() > 1) {
        int hash = packet.getInt(start + selector.hashAt()) & selector.hashMask();
        bucket = hash / Integer.lowestOneBit(selector.hashMask()) % table.size();
      }
      boolean fixed = (selector.flags() & U32.Selector.OFFSET) != 0;
      boolean variable = (selector.flags() & U32.Selector.VARIABLE_OFFSET) != 0;
      boolean eats = (selector.flags() & U32.Selector.EAT) != 0;
      if (fixed || variable) {
        int more = selector.offset();
        if (variable) {
          int word = packet.getShort(start + selector.offsetAt()) & selector.offsetMask();
          more += word >> selector.offsetShift();
        }
        extra = (more + 3) / 4 * 4;
      }
      int next = start;
      if (eats) {
        next += extra;
        extra = 0;
      }
      boolean behind = (fixed || variable || eats) && next >= packet.capacity();
      return !behind && search(table.get(bucket), next, depth + 1);
    }

    private static U32.Selector selector(U32 node) {
      U32.Selector selector = node.selector();
      if (selector == null) {
        throw new AssertionError("a node has a selector");
      }
      return selector;
    }
  }
}
