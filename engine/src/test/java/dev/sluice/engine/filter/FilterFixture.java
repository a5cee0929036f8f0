package dev.sluice.engine.filter;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.chain.ChainFixture;
import dev.sluice.engine.chain.NoSurroundings;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place for filters, and what becomes of packets that their actions take. */
final class FilterFixture {
  static final int IPV4 = 0x0800;
  static final int EVERY = Change.OfFilter.ALL_PROTOCOLS;
  static final Handle ONE = Handle.of(1, 0);

  final ChainFixture chains = new ChainFixture();
  final Device device = chains.device();
  final Taken taken = new Taken();
  final Counting binder = new Counting();
  final FilterScene scene =
      new FilterScene(
          chains.machine,
          new Execution(new NoSurroundings()),
          taken,
          new Names(),
          ChainFixture::unwrap);
  final FilterBlock block;
  final Classification found = new Classification();

  FilterFixture(Handle parent) {
    block = new FilterBlock(scene, device, parent, binder);
  }

  /** A UDP packet from 10.1.0.1 to 10.1.0.2, of 46 bytes. */
  static SocketBuffer packet() {
    byte[] bytes = new byte[46];
    bytes[12] = 8;
    bytes[14] = 0x45;
    bytes[23] = 17;
    byte[] addresses = {10, 1, 0, 1, 10, 1, 0, 2};
    System.arraycopy(addresses, 0, bytes, 26, addresses.length);
    bytes[35] = 53;
    bytes[37] = 80;
    return packet(bytes);
  }

  static SocketBuffer packet(byte[] bytes) {
    SocketBuffer packet = new SocketBuffer(bytes.length);
    packet.fill(bytes, 0, bytes.length, bytes.length);
    return packet;
  }

  int classify(SocketBuffer packet) {
    found.classId = 0;
    return block.classify(packet, found);
  }

  int classify() {
    return classify(packet());
  }

  List<String> apply(Change.OfFilter change) {
    return block.apply(change, "do it");
  }

  void add(int priority, int handle, Filter filter) {
    apply(change(Change.Verb.ADD, priority, IPV4, handle, filter.kind(), filter));
  }

  void add(int priority, Filter filter) {
    add(priority, 0, filter);
  }

  void delete(int priority, int handle, String kind) {
    apply(change(Change.Verb.DELETE, priority, IPV4, handle, kind, null));
  }

  Change.OfFilter change(
      Change.Verb verb,
      int priority,
      int protocol,
      int handle,
      @Nullable String kind,
      @Nullable Filter filter) {
    return new Change.OfFilter(
        verb, device, block.parent(), priority, protocol, null, handle, kind, filter, null);
  }

  List<FilterEntry> entries() {
    List<FilterEntry> entries = new ArrayList<>();
    block.list(FilterQuery.all(device, block.parent()), entries::add);
    return entries;
  }

  /** The only entry with actions. */
  FilterEntry acting() {
    return entries().stream().filter(e -> !e.actionStates().isEmpty()).findFirst().orElseThrow();
  }

  /** What an entry, which is no head, does with packets. */
  static List<Action> actionsOf(FilterEntry entry) {
    Filter filter = entry.filter();
    if (filter == null) {
      throw new AssertionError("a head: " + entry);
    }
    return filter.actions();
  }

  /** Matches everything. */
  static U32 everything(@Nullable Handle classId, Action... actions) {
    return node(classId, 0, 0, List.of(), actions);
  }

  static U32 node(
      @Nullable Handle classId, int hashTable, int link, List<U32.Key> keys, Action... actions) {
    return new U32(
        classId,
        hashTable,
        link,
        0,
        new U32.Selector(link == 0 ? U32.Selector.TERMINAL : 0, 0, 0, 0, 0, 0, 0, keys),
        null,
        null,
        0,
        List.of(actions),
        null,
        null);
  }

  static U32 table(int divisor) {
    return new U32(null, 0, 0, divisor, null, null, null, 0, List.of(), null, null);
  }

  static Action gact(Action.Control control) {
    return new Action.Gact(control.number(), 0);
  }

  /** A direct-action filter of a program that leaves a number. */
  BpfFilter returning(int verdict) {
    return BpfFilter.directAction(chains.program("p" + (verdict & 0xff), verdict), "file.o:[tc]");
  }

  /** A filter of a program that leaves a number, which is a class. */
  BpfFilter choosing(int result, @Nullable Handle classId, Action... actions) {
    return new BpfFilter(
        new BpfFilter.Attached(
            chains.program("c", ProgramType.SCHED_CLS, _ -> result), "file.o:[cls]"),
        false,
        classId,
        0,
        List.of(actions));
  }

  /** Devices, and the packets that were sent to them. */
  static final class Taken implements Redirector {
    final Set<Integer> devices = new HashSet<>(Set.of(3, 4));
    final Set<Integer> down = new HashSet<>();
    final List<String> sent = new ArrayList<>();
    final List<SocketBuffer> packets = new ArrayList<>();
    final List<SocketBuffer> consumed = new ArrayList<>();
    boolean arrives = true;
    @Nullable Runnable onTheWay;

    @Override
    public boolean hasDevice(int index) {
      return devices.contains(index);
    }

    @Override
    public boolean isUp(int index) {
      return devices.contains(index) && !down.contains(index);
    }

    @Override
    public boolean redirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
      sent.add((ingress ? "in at " : "out by ") + deviceIndex);
      packets.add(packet);
      Runnable doing = onTheWay;
      if (doing != null) {
        onTheWay = null;
        doing.run();
      }
      return arrives;
    }

    @Override
    public SocketBuffer copy(SocketBuffer packet) {
      SocketBuffer copy = new SocketBuffer(0);
      copy.copyFrom(packet);
      return copy;
    }

    @Override
    public void consume(SocketBuffer packet) {
      consumed.add(packet);
    }
  }

  /** Classes {@code 1:1} to {@code 1:f}, and how many filters name each. */
  static final class Counting implements ClassBinder {
    final Map<Integer, Integer> filters = new HashMap<>();
    int lastClass = 0x1000f;

    @Override
    public boolean bind(int classId) {
      boolean there = classId > 0x10000 && classId <= lastClass;
      if (there) {
        filters.merge(classId, 1, Integer::sum);
      }
      return there;
    }

    @Override
    public void unbind(int classId) {
      filters.merge(classId, -1, Integer::sum);
      filters.remove(classId, 0);
    }
  }

  /** The names of the devices. */
  private static final class Names implements FilterScene.DeviceNames {
    @Override
    public int indexOf(String name) {
      return switch (name) {
        case "eth0" -> 3;
        case "eth1" -> 4;
        default -> 0;
      };
    }

    @Override
    public @Nullable String nameOf(int index) {
      return switch (index) {
        case 3 -> "eth0";
        case 4 -> "eth1";
        default -> null;
      };
    }
  }
}
