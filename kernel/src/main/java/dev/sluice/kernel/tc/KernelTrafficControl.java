package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.device.DeviceState;
import dev.sluice.kernel.device.Devices;
import dev.sluice.kernel.netlink.Ack;
import dev.sluice.kernel.netlink.MessageHandler;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkSocket;
import dev.sluice.kernel.netlink.Rtnetlink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Qdiscs, classes and filters of a network namespace, over rtnetlink ({@code net/sched/sch_api.c},
 * {@code net/sched/cls_api.c}). Safe to use from several threads.
 */
public final class KernelTrafficControl implements TrafficControl {
  private final Rtnetlink rtnetlink;
  private final Devices devices;

  /** Traffic control in the namespace that the sockets and devices are of. */
  public KernelTrafficControl(Rtnetlink rtnetlink, Devices devices) {
    this.rtnetlink = rtnetlink;
    this.devices = devices;
  }

  @Override
  public void qdiscs(@Nullable Device device, Consumer<QdiscEntry> consumer) {
    String operation = "list qdiscs" + (device == null ? "" : " of " + device);
    QdiscListing listing = new QdiscListing(device, consumer);
    NetlinkSocket socket = rtnetlink.take();
    try {
      // The kernel does not heed the index here, but tc gives it, and newer kernels may.
      TcRequest.listQdiscs(socket.writer(), device == null ? 0 : device.index());
      check(operation, socket.dump(operation, new TcEntry.Key(), listing));
    } finally {
      rtnetlink.give(socket);
    }
    if (device != null && listing.count == 0) {
      requirePresent(device);
    }
  }

  /** Hands over the qdiscs of one device, or of all. */
  private final class QdiscListing implements MessageHandler {
    private final @Nullable Device device;
    private final Consumer<QdiscEntry> consumer;
    private final Map<Integer, Device> names = new HashMap<>();
    private int count;

    QdiscListing(@Nullable Device device, Consumer<QdiscEntry> consumer) {
      this.device = device;
      this.consumer = consumer;
      if (device == null) {
        for (DeviceState state : devices.list()) {
          names.put(state.device().index(), state.device());
        }
      }
    }

    @Override
    public void message(int request, MessageReader message) {
      if (message.type() != NetlinkDescriptor.RTM_NEWQDISC) {
        return;
      }
      int index = TcEntry.deviceIndex(message);
      Device owner = device == null ? named(index) : device;
      if (owner != null && owner.index() == index) {
        count++;
        consumer.accept(TcEntry.qdisc(message, owner));
      }
    }

    /** The device with an index, which may be newer than the listing; null if it is gone again. */
    private @Nullable Device named(int index) {
      Device known = names.get(index);
      if (known == null) {
        DeviceState state = devices.find(index);
        if (state != null) {
          known = state.device();
          names.put(index, known);
        }
      }
      return known;
    }
  }

  @Override
  public void classes(Device device, Handle parent, Consumer<ClassEntry> consumer) {
    String operation = "list classes of " + device;
    ClassListing listing = new ClassListing(device, consumer);
    NetlinkSocket socket = rtnetlink.take();
    try {
      TcRequest.listClasses(socket.writer(), device, parent);
      check(operation, socket.dump(operation, new TcEntry.Key(), listing));
    } finally {
      rtnetlink.give(socket);
    }
    if (listing.count == 0) {
      requirePresent(device);
    }
  }

  /** Hands over classes. */
  private static final class ClassListing implements MessageHandler {
    private final Device device;
    private final Consumer<ClassEntry> consumer;
    private int count;

    ClassListing(Device device, Consumer<ClassEntry> consumer) {
      this.device = device;
      this.consumer = consumer;
    }

    @Override
    public void message(int request, MessageReader message) {
      if (message.type() == NetlinkDescriptor.RTM_NEWTCLASS
          && TcEntry.deviceIndex(message) == device.index()) {
        count++;
        consumer.accept(TcEntry.trafficClass(message, device));
      }
    }
  }

  @Override
  public void filters(FilterQuery query, Consumer<FilterEntry> consumer) {
    String operation = "list filters of " + query.device() + " at " + query.parent();
    FilterListing listing = new FilterListing(query.device(), consumer);
    NetlinkSocket socket = rtnetlink.take();
    try {
      TcRequest.listFilters(socket.writer(), query);
      check(operation, socket.dump(operation, new TcEntry.FilterKey(), listing));
    } finally {
      rtnetlink.give(socket);
    }
    if (listing.count == 0) {
      requirePresent(query.device());
    }
  }

  /** Hands over filters. */
  private static final class FilterListing implements MessageHandler {
    private final Device device;
    private final Consumer<FilterEntry> consumer;
    private int count;

    FilterListing(Device device, Consumer<FilterEntry> consumer) {
      this.device = device;
      this.consumer = consumer;
    }

    @Override
    public void message(int request, MessageReader message) {
      if (message.type() == NetlinkDescriptor.RTM_NEWTFILTER) {
        count++;
        consumer.accept(TcEntry.filter(message, device));
      }
    }
  }

  @Override
  public FilterEntry filter(
      Device device,
      Handle parent,
      int priority,
      int protocol,
      @Nullable Integer chain,
      int handle,
      String kind) {
    String operation =
        "ask about filter "
            + Integer.toHexString(handle)
            + " of priority "
            + priority
            + " at "
            + parent
            + " on "
            + device;
    FilterQuery query = new FilterQuery(device, parent, priority, protocol, chain);
    SingleFilter answer = new SingleFilter();
    Ack ack;
    NetlinkSocket socket = rtnetlink.take();
    try {
      TcRequest.getFilter(socket.writer(), query, handle, kind);
      FilterListing listing = new FilterListing(device, answer);
      ack = socket.ask(listing);
    } finally {
      rtnetlink.give(socket);
    }
    FilterEntry entry = answer.entry;
    if (ack.isDone() && entry != null) {
      return entry;
    }
    if (ack.errno() == Errno.ENOENT.number() || ack.isDone()) {
      requirePresent(device);
      throw new NotFound(
          "filter",
          Integer.toHexString(handle)
              + " of priority "
              + priority
              + " at "
              + parent
              + " on "
              + device,
          ack.message());
    }
    check(operation, ack);
    throw new NotFound("filter", Integer.toHexString(handle));
  }

  /** Keeps a filter. */
  private static final class SingleFilter implements Consumer<FilterEntry> {
    private @Nullable FilterEntry entry;

    @Override
    public void accept(FilterEntry entry) {
      this.entry = entry;
    }
  }

  @Override
  public List<Outcome> apply(List<? extends Change> changes, OnRefusal onRefusal) {
    return new Batch(rtnetlink, this, changes).run(onRefusal);
  }

  /** The device with an index, null if there is none. */
  @Nullable Device device(int index) {
    DeviceState state = devices.find(index);
    return state == null ? null : state.device();
  }

  /** Whether a priority has no filters, or only the table that u32 makes by itself. */
  boolean isEmptyHead(Change.OfFilter head) {
    FilterQuery query =
        new FilterQuery(
            head.device(), head.parent(), head.priority(), head.protocol(), head.chain());
    boolean[] empty = {true};
    try {
      filters(query, entry -> empty[0] &= isImplied(entry));
    } catch (SluiceException e) {
      return false; // the device, qdisc or class is gone, and its filters with it
    }
    return empty[0];
  }

  private static boolean isImplied(FilterEntry entry) {
    return entry.filter() == null
        || (entry.filter() instanceof U32 u32 && u32.divisor() == 1 && u32.selector() == null);
  }

  private void requirePresent(Device device) {
    if (devices.find(device.index()) == null) {
      throw new NotFound("device", device.name());
    }
  }

  private void check(String operation, Ack ack) {
    if (ack.isDone()) {
      return;
    }
    if (ack.errno() == Errno.EPERM.number()) {
      throw new NotPermitted(operation, "CAP_NET_ADMIN");
    }
    throw new KernelRejected(operation, ack.errno(), ack.message(), null);
  }
}
