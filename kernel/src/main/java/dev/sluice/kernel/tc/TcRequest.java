package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.cause.Wording;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Estimator;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Writes whole requests: what {@code tc} of iproute2 would send, without legacy rate tables. */
final class TcRequest {
  private static final int REQUEST = NetlinkDescriptor.NLM_F_REQUEST | NetlinkDescriptor.NLM_F_ACK;
  private static final int LISTING = NetlinkDescriptor.NLM_F_REQUEST | NetlinkDescriptor.NLM_F_DUMP;

  private TcRequest() {}

  /**
   * Writes a change.
   *
   * @param out where to; left as it was if the change cannot be written
   * @param extraFlags flags beside the change's own
   * @throws InvalidInput if the change makes no sense
   */
  static void write(MessageWriter out, Change change, int extraFlags) {
    try {
      switch (change) {
        case Change.OfQdisc qdisc -> write(out, qdisc, extraFlags);
        case Change.OfClass trafficClass -> write(out, trafficClass, extraFlags);
        case Change.OfFilter filter -> write(out, filter, extraFlags);
      }
      out.end();
    } catch (NetlinkFormatException e) {
      out.abandon();
      throw new InvalidInput(Wording.of(change), 0, 0, "it is too long: " + e.getMessage());
    } catch (RuntimeException e) {
      out.abandon();
      throw e;
    }
  }

  private static void write(MessageWriter out, Change.OfQdisc change, int extraFlags) {
    int flags =
        switch (change.verb()) {
          case ADD -> NetlinkDescriptor.NLM_F_CREATE | NetlinkDescriptor.NLM_F_EXCL;
          case REPLACE -> NetlinkDescriptor.NLM_F_CREATE | NetlinkDescriptor.NLM_F_REPLACE;
          case LINK -> NetlinkDescriptor.NLM_F_REPLACE;
          case CHANGE, DELETE -> 0;
        };
    begin(
        out,
        change.verb() == Change.Verb.DELETE
            ? NetlinkDescriptor.RTM_DELQDISC
            : NetlinkDescriptor.RTM_NEWQDISC,
        flags | extraFlags,
        change.device(),
        change.handle().value(),
        change.parent(),
        0);
    kind(out, change.kind());
    estimator(out, change.estimator());
    if (change.qdisc() != null) {
      QdiscCodec.write(out, change.qdisc());
    }
  }

  private static void write(MessageWriter out, Change.OfClass change, int extraFlags) {
    begin(
        out,
        change.verb() == Change.Verb.DELETE
            ? NetlinkDescriptor.RTM_DELTCLASS
            : NetlinkDescriptor.RTM_NEWTCLASS,
        flags(change) | extraFlags,
        change.device(),
        change.id().value(),
        change.parent(),
        0);
    kind(out, change.kind());
    estimator(out, change.estimator());
    if (change.trafficClass() != null) {
      ClassCodec.write(out, change.trafficClass());
    }
  }

  private static void write(MessageWriter out, Change.OfFilter change, int extraFlags) {
    begin(
        out,
        change.verb() == Change.Verb.DELETE
            ? NetlinkDescriptor.RTM_DELTFILTER
            : NetlinkDescriptor.RTM_NEWTFILTER,
        flags(change) | extraFlags,
        change.device(),
        change.handle(),
        change.parent(),
        info(change.priority(), change.protocol()));
    kind(out, change.kind());
    chain(out, change.chain());
    if (change.filter() != null) {
      FilterCodec.write(out, change.filter());
    }
    estimator(out, change.estimator());
  }

  /** The flags of a change to a class or filter, which tc replaces with {@code CREATE} only. */
  private static int flags(Change change) {
    return switch (change.verb()) {
      case ADD -> NetlinkDescriptor.NLM_F_CREATE | NetlinkDescriptor.NLM_F_EXCL;
      case REPLACE -> NetlinkDescriptor.NLM_F_CREATE;
      case CHANGE, DELETE -> 0;
      case LINK -> throw new InvalidInput(Wording.of(change), 0, 0, "only a qdisc can be linked");
    };
  }

  /** Writes the request for a listing of every device's qdiscs. */
  static void listQdiscs(MessageWriter out, int deviceIndex) {
    out.begin(NetlinkDescriptor.RTM_GETQDISC, LISTING);
    tcmsg(out, deviceIndex, 0, 0, 0);
    out.end();
  }

  /** Writes the request for a listing of classes. */
  static void listClasses(MessageWriter out, Device device, Handle parent) {
    out.begin(NetlinkDescriptor.RTM_GETTCLASS, LISTING);
    tcmsg(out, device.index(), 0, parent.value(), 0);
    out.end();
  }

  /** Writes the request for a listing of filters. */
  static void listFilters(MessageWriter out, FilterQuery query) {
    out.begin(NetlinkDescriptor.RTM_GETTFILTER, LISTING);
    tcmsg(
        out,
        query.device().index(),
        0,
        query.parent().value(),
        info(query.priority(), query.protocol()));
    chain(out, query.chain());
    out.end();
  }

  /** Writes the request for one filter. */
  static void getFilter(MessageWriter out, FilterQuery query, int handle, String kind) {
    out.begin(NetlinkDescriptor.RTM_GETTFILTER, NetlinkDescriptor.NLM_F_REQUEST);
    tcmsg(
        out,
        query.device().index(),
        handle,
        query.parent().value(),
        info(query.priority(), query.protocol()));
    kind(out, kind);
    chain(out, query.chain());
    out.end();
  }

  private static void begin(
      MessageWriter out, int type, int flags, Device device, int handle, Handle parent, int info) {
    out.begin(type, REQUEST | flags);
    tcmsg(out, device.index(), handle, parent.value(), info);
  }

  private static void tcmsg(MessageWriter out, int index, int handle, int parent, int info) {
    out.u32(0).u32(index).u32(handle).u32(parent).u32(info);
  }

  private static void kind(MessageWriter out, @Nullable String kind) {
    if (kind != null) {
      out.attribute(TcDescriptor.TCA_KIND, kind);
    }
  }

  private static void chain(MessageWriter out, @Nullable Integer chain) {
    if (chain != null) {
      out.attribute32(TcDescriptor.TCA_CHAIN, chain);
    }
  }

  private static void estimator(MessageWriter out, @Nullable Estimator estimator) {
    if (estimator != null) {
      int begin = out.nest(TcDescriptor.TCA_RATE);
      out.u8(estimator.interval()).u8(estimator.averagingLog());
      out.endNest(begin);
    }
  }

  /** A filter's {@code tcm_info}: the priority, and the protocol in network byte order. */
  static int info(int priority, int protocol) {
    return priority << 16 | swapped(protocol);
  }

  /** The priority in a filter's {@code tcm_info}. */
  static int priority(int info) {
    return info >>> 16;
  }

  /** The protocol in a filter's {@code tcm_info}, in host byte order. */
  static int protocol(int info) {
    return swapped(info & 0xffff);
  }

  private static int swapped(int protocol) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
        ? protocol
        : Short.toUnsignedInt(Short.reverseBytes((short) protocol));
  }
}
