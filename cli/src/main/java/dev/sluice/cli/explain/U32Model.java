package dev.sluice.cli.explain;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.Machine;
import dev.sluice.engine.filter.ClassBinder;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.filter.FilterScene;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.sched.Classifier;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The u32 filters of one priority, copied to the engine, which says which of them matches. Their
 * actions are left out: what they do is told, not done.
 */
final class U32Model {
  /** Numbers of root tables, which the kernel makes itself, begin here. */
  private static final int FIRST_ROOT = 0x800;

  private final FilterBlock block;
  private final Map<String, Integer> devices;
  private final int root;

  /**
   * A copy.
   *
   * @param entries the tables and filters of one priority, as they are listed. A qdisc's list and
   *     those of its classes are shown in each other's where they have one priority ({@code
   *     u32_walk} in {@code net/sched/cls_u32.c}): what cannot be reached does no harm
   * @param rootHandle the number of the table that is asked first
   * @param devices the devices by name, for filters that ask for one
   * @throws SluiceException if the engine does not take one of them
   */
  U32Model(
      Device device,
      Handle parent,
      List<FilterEntry> entries,
      int rootHandle,
      Map<String, Integer> devices) {
    root = table(rootHandle);
    this.devices = devices;
    Network network = new Network(1);
    Host host = network.addHost("explain");
    FilterScene scene =
        new FilterScene(
            new Machine(() -> 0, 1),
            new Execution(host.surroundings()),
            host,
            names(),
            program -> {
              throw new IllegalArgumentException("u32 runs no program: " + program);
            });
    block = new FilterBlock(scene, device, parent, ClassBinder.NONE);
    for (FilterEntry entry : entries) {
      if (entry.filter() instanceof U32 filter && filter.selector() == null) {
        if (table(entry.handle()) < FIRST_ROOT) {
          add(entry, filter, entry.handle());
        }
      }
    }
    for (FilterEntry entry : entries) {
      if (entry.filter() instanceof U32 filter && filter.selector() != null) {
        boolean atRoot = table(entry.handle()) == root;
        if (atRoot || table(entry.handle()) < FIRST_ROOT) {
          add(entry, plain(filter, atRoot), atRoot ? entry.handle() & 0xfff : entry.handle());
        }
      }
    }
  }

  private FilterScene.DeviceNames names() {
    return new FilterScene.DeviceNames() {
      @Override
      public int indexOf(String name) {
        return devices.getOrDefault(name, 0);
      }

      @Override
      public @Nullable String nameOf(int index) {
        return devices.entrySet().stream()
            .filter(device -> device.getValue() == index)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
      }
    };
  }

  private static int table(int handle) {
    return handle >>> 20;
  }

  /** Without actions and counters; one that has no class gets one, so that its match is told. */
  private static U32 plain(U32 filter, boolean atRoot) {
    Handle chosen = filter.classId();
    return new U32(
        chosen == null && filter.link() == 0 ? Handle.of(1, 1) : chosen,
        atRoot ? 0 : filter.hashTable(),
        filter.link(),
        filter.divisor(),
        filter.selector(),
        filter.mark(),
        filter.inDevice(),
        0,
        List.of(),
        null,
        null);
  }

  private void add(FilterEntry entry, U32 filter, int handle) {
    block.apply(
        new Change.OfFilter(
            Change.Verb.ADD,
            entry.device(),
            entry.parent(),
            1,
            entry.protocol(),
            null,
            handle,
            filter.kind(),
            filter,
            null),
        "copy a filter");
  }

  /**
   * The number of the filter that matches; 0 if none does.
   *
   * @param frame the packet from its Ethernet header
   * @param ingressIndex the device that it came in by; 0 if it was made here
   */
  int match(byte[] frame, int mark, int ingressIndex) {
    SocketBuffer packet = new SocketBuffer(frame.length);
    packet.fill(frame, 0, frame.length, frame.length);
    packet.mark = mark;
    packet.ingressIndex = ingressIndex;
    Classification found = new Classification();
    if (block.classify(packet, found) == Classifier.NO_MATCH) {
      return 0;
    }
    return table(found.handle) == FIRST_ROOT ? root << 20 | found.handle & 0xfffff : found.handle;
  }
}
