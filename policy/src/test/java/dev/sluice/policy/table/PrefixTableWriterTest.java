package dev.sluice.policy.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.datapath.Bytes;
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
import dev.sluice.policy.table.PrefixTableWriter.Update;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The compiled program finds what the plainest table finds, whatever was changed. */
class PrefixTableWriterTest {
  private static final int MARK = 8;
  private static final int ROUNDS = 12;
  private static final int CHANGES = 15;
  private static final int ADDRESSES = 120;

  private static ObjectSpec program() throws NoSuchMethodException {
    return ProgramCompiler.compile(Lookups.class.getMethod("find", SkBuff.class)).object();
  }

  private static Datapath engine(ExecutionMode mode) {
    return EngineDatapath.open(new Network(1).addHost("a"), mode);
  }

  @ParameterizedTest
  @EnumSource(ExecutionMode.class)
  void theEngineFindsThem(ExecutionMode mode) throws Exception {
    try (Datapath datapath = engine(mode)) {
      changeAndFind(datapath, 1);
      changeAndFind(datapath, 2);
    }
  }

  @Test
  @ExtendWith(Root.class)
  void theKernelFindsThem() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("prefixes");
        Datapath datapath = KernelDatapath.open(namespace)) {
      for (int seed = 3; seed < 9; seed++) {
        changeAndFind(datapath, seed);
      }
    }
  }

  private static void changeAndFind(Datapath datapath, int seed) throws NoSuchMethodException {
    RandomPrefixes random = new RandomPrefixes(seed);
    PrefixTable table = new PrefixTable();
    for (int i = 0; i < 200; i++) {
      random.put(table);
    }
    PrefixTableWriter writer = new PrefixTableWriter(table);
    try (LoadedObject object = datapath.programs().load(writer.sized(program()))) {
      writer.load(object.maps());
      findAll(object, random);
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHANGES; i++) {
          random.change(table);
          if (round % 2 == 0) {
            assertThat(writer.update()).isEqualTo(Update.WRITTEN);
          }
        }
        assertThat(writer.update()).isEqualTo(Update.WRITTEN);
        findAll(object, random);
      }
    }
    // The same table again, in new maps.
    PrefixTableWriter again = new PrefixTableWriter(table);
    try (LoadedObject object = datapath.programs().load(again.sized(program()))) {
      again.load(object.maps());
      findAll(object, random);
    }
  }

  private static void findAll(LoadedObject object, RandomPrefixes random) {
    for (int i = 0; i < ADDRESSES; i++) {
      Prefix address = random.address();
      assertThat(find(object, address)).as("%s", address).isEqualTo(random.expected(address));
    }
  }

  private static int find(LoadedObject object, Prefix address) {
    ByteBuffer packet = ByteBuffer.allocate(64);
    packet.putShort(12, (short) (address.six() ? 6 : 4));
    packet.putLong(14, address.high());
    packet.putLong(22, address.low());
    TestRun.Result result =
        object
            .program("find")
            .testRun(TestRun.of(packet.array()).withContext(Bytes.copyOf(new byte[192])));
    return ByteBuffer.wrap(result.context().toArray()).order(ByteOrder.nativeOrder()).getInt(MARK);
  }

  /** Around as many prefixes as a bucket holds; some are too long for the uppermost nodes. */
  @Test
  void nodesBecomeBucketsAndBucketsNodes() throws Exception {
    List<Prefix> prefixes =
        Stream.of(
                "10.1.0.0/17",
                "10.1.2.0/24",
                "10.1.2.0/23",
                "10.1.2.3",
                "10.1.2.128/25",
                "10.1.200.0/22",
                "10.1.2.2/31",
                "2001:db8::/32",
                "2001:db8:1::/48",
                "2001:db8:1:2::/64",
                "2001:db8:1:2:3::/80",
                "2001:db8:1:2:3::/81",
                "2001:db8:1:2:3:4:5:6/127",
                "2001:db8:1:2:3:4:5:0/112",
                "2001:d00::/24",
                "2001:db9::/33")
            .map(text -> Objects.requireNonNull(Prefix.parse(text)))
            .toList();
    List<Prefix> addresses = new ArrayList<>();
    for (Prefix prefix : prefixes) {
      int most = prefix.six() ? 128 : 32;
      addresses.add(new Prefix(prefix.six(), prefix.high(), prefix.low(), most));
      addresses.add(
          prefix.six()
              ? Prefix.six(prefix.high(), prefix.low() ^ 1, most)
              : Prefix.four(prefix.address4() ^ 1, most));
    }
    Random random = new Random(9);
    PrefixTable table = new PrefixTable();
    PrefixTableWriter writer = new PrefixTableWriter(table);
    try (Datapath datapath = engine(ExecutionMode.COMPILED);
        LoadedObject object = datapath.programs().load(writer.sized(program()))) {
      writer.load(object.maps());
      for (int i = 0; i < 600; i++) {
        Prefix prefix = prefixes.get(random.nextInt(prefixes.size()));
        // More and more of them, then fewer and fewer, again and again.
        if (random.nextInt(4) == i / 50 % 4) {
          table.put(prefix, 1 + random.nextInt(5));
        } else if (i / 50 % 2 == 0) {
          table.put(prefix, 1 + random.nextInt(3));
        } else {
          table.remove(prefix);
        }
        assertThat(writer.update()).isEqualTo(Update.WRITTEN);
        for (Prefix address : addresses) {
          assertThat(find(object, address))
              .as("%s after %d changes", address, i)
              .isEqualTo(table.find(address));
        }
      }
    }
  }

  @Test
  void whatHasNoRoomIsNotWritten() throws Exception {
    try (Datapath datapath = engine(ExecutionMode.COMPILED)) {
      PrefixTable table = new PrefixTable();
      table.put(Prefix.four(0x0a000000, 8), 1);
      PrefixTableWriter writer = new PrefixTableWriter(table);
      try (LoadedObject object = datapath.programs().load(writer.sized(program()))) {
        writer.load(object.maps());
        for (int i = 0; i < 10_000; i++) {
          table.put(Prefix.four(0x0a000000 | i << 8, 25), 2);
          table.put(Prefix.six((long) i << 48, 0, 17), 2);
        }
        assertThat(writer.update()).isEqualTo(Update.FULL);
        assertThat(find(object, Prefix.four(0x0a000000, 32))).isEqualTo(1);
        assertThatThrownBy(writer::update)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("it was full: load it anew");
      }
      PrefixTableWriter larger = new PrefixTableWriter(table);
      try (LoadedObject object = datapath.programs().load(larger.sized(program()))) {
        larger.load(object.maps());
        assertThat(find(object, Prefix.four(0x0a000000, 32))).isEqualTo(2);
        assertThat(find(object, Prefix.four(0x0a000080, 32))).isEqualTo(1);
        assertThat(find(object, Prefix.six(9_999L << 48, 0, 128))).isEqualTo(2);
      }
    }
  }
}
