package dev.sluice.policy.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfFilter;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.policy.document.PolicyDocument;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same datagrams, in a namespace that was set up by hand and in one with what was exported. */
@ExtendWith(Root.class)
class KernelRoundTripTest {
  private static final int HOSTS = 16;
  private static final int DATAGRAMS = 60;
  private static final int[] PORTS = {53, 80, 443, 5000, 5007, 5016, 8000};

  /** A namespace with a device to hosts 10.9.0.1 to 10.9.0.15. */
  private static final class Net implements AutoCloseable {
    final NetworkNamespace namespace = Namespaces.create("export");
    final KernelDatapath datapath = KernelDatapath.open(namespace);
    final Device device;

    Net() throws UnknownHostException {
      // Or neighbour discovery is counted in between, by the default class.
      namespace.call(
          () -> {
            for (String which : List.of("all", "default")) {
              Path setting = Path.of("/proc/sys/net/ipv6/conf", which, "disable_ipv6");
              if (Files.exists(setting)) {
                Files.writeString(setting, "1");
              }
            }
            return HOSTS;
          });
      device = datapath.kernelDevices().createVeth("eth0", "eth1", null);
      datapath.kernelDevices().setUp(device, true);
      datapath.kernelDevices().setUp(datapath.device("eth1"), true);
      datapath.kernelDevices().addAddress(device, InetAddress.getByName("10.9.0.254"), 24);
      for (int i = 1; i < HOSTS; i++) {
        datapath
            .kernelDevices()
            .addNeighbour(
                device, InetAddress.getByName("10.9.0." + i), Bytes.ofHex("020000000002"));
      }
    }

    TrafficControl control() {
      return datapath.trafficControl();
    }

    private Map<Handle, Long> counts() {
      Map<Handle, Long> counts = new TreeMap<>();
      List<ClassEntry> classes = control().classes(device);
      for (ClassEntry one : classes) {
        if (classes.stream().noneMatch(other -> other.parent().equals(one.id()))) {
          counts.put(one.id(), one.statistics().packets() + one.statistics().drops());
        }
      }
      return counts;
    }

    /** Sends a datagram; the class that counted it. */
    String send(int host, int port, int tos) {
      Map<Handle, Long> before = counts();
      namespace.call(
          () -> {
            try (DatagramChannel channel = DatagramChannel.open()) {
              channel.setOption(StandardSocketOptions.IP_TOS, tos);
              InetAddress address = InetAddress.getByName("10.9.0." + host);
              return channel.send(ByteBuffer.allocate(100), new InetSocketAddress(address, port));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      for (int wait = 0; wait < 1000; wait++) {
        Map<Handle, Long> after = counts();
        for (Map.Entry<Handle, Long> count : after.entrySet()) {
          if (!count.getValue().equals(before.get(count.getKey()))) {
            return count.getKey().toString();
          }
        }
        Thread.onSpinWait();
      }
      return EngineBench.NO_CLASS;
    }

    @Override
    public void close() {
      datapath.close();
      namespace.close();
    }
  }

  private static U32 filter(Random random, Handle classId) {
    List<U32.Key> keys = new ArrayList<>();
    if (random.nextInt(3) > 0) {
      int bits = 28 + random.nextInt(5);
      int mask = -1 << (32 - bits);
      keys.add(new U32.Key(mask, (0x0a09_0000 | random.nextInt(HOSTS)) & mask, 16, 0));
    }
    if (random.nextBoolean()) {
      int mask = random.nextBoolean() ? 0xffff : 0xfff0;
      keys.add(new U32.Key(mask, PORTS[random.nextInt(PORTS.length)] & mask, 20, 0));
    }
    if (random.nextInt(4) == 0) {
      keys.add(new U32.Key(0x00ff_0000, (random.nextBoolean() ? 17 : 6) << 16, 8, 0));
    }
    if (keys.isEmpty() || random.nextInt(5) == 0) {
      keys.add(new U32.Key(0x00fc_0000, 0x00b8_0000, 0, 0));
    }
    return U32.matching(keys, classId);
  }

  private static void handMade(Net net, Random random) {
    Device device = net.device;
    Handle root = HandMade.ROOT;
    net.control().apply(OfQdisc.add(device, Handle.ROOT, root, Htb.withDefault(0x12)));
    Handle all = Handle.of(1, 1);
    Rate rate = Rate.megabits(1000);
    net.control().apply(OfClass.add(device, root, all, HtbClass.of(rate, rate)));
    for (int i = 0; i < 4; i++) {
      net.control()
          .apply(
              OfClass.add(
                  device, all, Handle.of(1, 0x10 + i), HtbClass.of(Rate.megabits(200), rate)));
    }
    for (int i = 1; i < 8; i++) {
      Handle chosen = Handle.of(1, 0x10 + random.nextInt(4));
      U32 filter = filter(random, chosen);
      net.control().apply(OfFilter.add(device, root, (i + 1) / 2, 0x0800, filter));
    }
  }

  @Test
  void datagramsChooseTheSameClass() throws UnknownHostException {
    int compared = 0;
    Map<String, Integer> chosen = new HashMap<>();
    for (int seed = 0; compared < 5 && seed < 40; seed++) {
      Random random = new Random(seed);
      try (Net byHand = new Net();
          Net byPolicy = new Net()) {
        handMade(byHand, random);
        Exported exported = PolicyExport.read(byHand.datapath, List.of(byHand.device), "exported");
        if (exported.isIncomplete()) {
          continue;
        }
        compared++;
        List<PolicyDocument> documents = Placed.read(exported);
        try (Placed placed = Placed.in(byPolicy.datapath, documents)) {
          Map<String, String> names = names(placed, byPolicy);
          for (int i = 0; i < DATAGRAMS; i++) {
            int host = 1 + random.nextInt(HOSTS - 1);
            int port = PORTS[random.nextInt(PORTS.length)];
            int tos = random.nextInt(3) == 0 ? 0xb8 : 0;
            String was = byHand.send(host, port, tos);
            String is = byPolicy.send(host, port, tos);
            assertThat(names.getOrDefault(is, is))
                .as("seed %d, to 10.9.0.%d:%d tos 0x%x\n%s", seed, host, port, tos, exported.yaml())
                .isEqualTo(was);
            chosen.merge(was, 1, Integer::sum);
          }
        }
      }
    }
    assertThat(compared).isEqualTo(5);
    assertThat(chosen.keySet()).isSubsetOf(Set.of("1:10", "1:11", "1:12", "1:13"));
    assertThat(chosen.values().stream().mapToInt(count -> count).max().orElse(0))
        .as("%s", chosen)
        .isLessThan(compared * DATAGRAMS * 9 / 10);
  }

  /** The handles of the set-up's classes, by those of the policy's. */
  private static Map<String, String> names(Placed placed, Net net) {
    Map<String, String> names = new HashMap<>();
    placed
        .classNames(net.device)
        .forEach(
            (handle, name) ->
                names.put(
                    handle.toString(),
                    Objects.requireNonNull(name).replaceFirst("class-1-", "1:")));
    return names;
  }
}
