package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.EntryKey;
import dev.sluice.kernel.netlink.MessageReader;
import org.jspecify.annotations.Nullable;

/** Reads what the kernel answers: one qdisc, class or filter from one message. */
final class TcEntry {
  private TcEntry() {}

  /** The interface index that a message is about. */
  static int deviceIndex(MessageReader message) {
    return message.s32(TcDescriptor.TCMSG_INDEX);
  }

  /** Reads an {@code RTM_NEWQDISC}. */
  static QdiscEntry qdisc(MessageReader message, Device device) {
    Parts parts = Parts.of(message);
    Statistics.Own own =
        parts.options != null && parts.kind.equals("htb")
            ? new Statistics.HtbQdisc(QdiscCodec.directPackets(parts.options))
            : null;
    return new QdiscEntry(
        device,
        new Handle(message.s32(TcDescriptor.TCMSG_HANDLE)),
        new Handle(message.s32(TcDescriptor.TCMSG_PARENT)),
        message.s32(TcDescriptor.TCMSG_INFO),
        parts.offloaded,
        parts.ingressBlock,
        parts.egressBlock,
        QdiscCodec.read(parts.kind, parts.options),
        parts.statistics(StatisticsCodec.Owner.OTHER, own));
  }

  /** Reads an {@code RTM_NEWTCLASS}. */
  static ClassEntry trafficClass(MessageReader message, Device device) {
    Parts parts = Parts.of(message);
    return new ClassEntry(
        device,
        new Handle(message.s32(TcDescriptor.TCMSG_HANDLE)),
        new Handle(message.s32(TcDescriptor.TCMSG_PARENT)),
        new Handle(message.s32(TcDescriptor.TCMSG_INFO)),
        ClassCodec.read(parts.kind, parts.options),
        parts.statistics(
            parts.kind.equals("htb")
                ? StatisticsCodec.Owner.HTB_CLASS
                : StatisticsCodec.Owner.OTHER,
            null));
  }

  /** Reads an {@code RTM_NEWTFILTER}. */
  static FilterEntry filter(MessageReader message, Device device) {
    Parts parts = Parts.of(message);
    int info = message.s32(TcDescriptor.TCMSG_INFO);
    FilterCodec.ActionStates states = new FilterCodec.ActionStates();
    Filter filter =
        parts.options == null ? null : FilterCodec.read(parts.kind, parts.options, states);
    return new FilterEntry(
        device,
        new Handle(message.s32(TcDescriptor.TCMSG_PARENT)),
        TcRequest.priority(info),
        TcRequest.protocol(info),
        parts.chain,
        parts.kind,
        message.s32(TcDescriptor.TCMSG_HANDLE),
        filter,
        states.get());
  }

  /** Tells qdiscs and classes apart. Their {@code tcm_info} changes while they live. */
  static final class Key implements EntryKey {
    @Override
    public long of(MessageReader message) {
      return EntryKey.mix(
          EntryKey.mix(deviceIndex(message), message.s32(TcDescriptor.TCMSG_PARENT)),
          message.s32(TcDescriptor.TCMSG_HANDLE));
    }
  }

  /** Tells filters apart, whose priority and protocol are in {@code tcm_info}. */
  static final class FilterKey implements EntryKey {
    @Override
    public boolean mayRepeat() {
      return true; // more than 4,095 u32 nodes of a bucket share their handle
    }

    @Override
    public long of(MessageReader message) {
      long filter = EntryKey.mix(deviceIndex(message), message.s32(TcDescriptor.TCMSG_PARENT));
      filter = EntryKey.mix(filter, message.s32(TcDescriptor.TCMSG_HANDLE));
      filter = EntryKey.mix(filter, message.s32(TcDescriptor.TCMSG_INFO));
      return EntryKey.mix(filter, chain(message));
    }
  }

  private static int chain(MessageReader message) {
    Attributes in = message.attributes(TcDescriptor.TCMSG_LENGTH);
    while (in.next()) {
      if (in.type() == TcDescriptor.TCA_CHAIN) {
        return in.s32(0);
      }
    }
    return 0;
  }

  /** The attributes that a message may have, whatever it is about. */
  private static final class Parts {
    private String kind = "";
    private @Nullable Attributes options;
    private @Nullable Attributes statistics;
    private @Nullable Attributes legacyStatistics;
    private @Nullable Integer chain;
    private boolean offloaded;
    private int ingressBlock;
    private int egressBlock;

    static Parts of(MessageReader message) {
      Parts parts = new Parts();
      Attributes in = message.attributes(TcDescriptor.TCMSG_LENGTH);
      while (in.next()) {
        switch (in.type()) {
          case TcDescriptor.TCA_KIND -> parts.kind = in.string();
          case TcDescriptor.TCA_OPTIONS -> parts.options = in.here();
          case TcDescriptor.TCA_STATS2 -> parts.statistics = in.nested();
          case TcDescriptor.TCA_STATS -> parts.legacyStatistics = in.here();
          case TcDescriptor.TCA_CHAIN -> parts.chain = in.s32(0);
          case TcDescriptor.TCA_HW_OFFLOAD -> parts.offloaded = in.u8(0) != 0;
          case TcDescriptor.TCA_INGRESS_BLOCK -> parts.ingressBlock = in.s32(0);
          case TcDescriptor.TCA_EGRESS_BLOCK -> parts.egressBlock = in.s32(0);
          default -> {}
        }
      }
      return parts;
    }

    Statistics statistics(StatisticsCodec.Owner owner, Statistics.@Nullable Own own) {
      if (statistics != null) {
        return StatisticsCodec.read(statistics, owner, own);
      }
      if (legacyStatistics != null) {
        return StatisticsCodec.readLegacy(legacyStatistics, own);
      }
      return own == null ? Statistics.ZERO : new Statistics(0, 0, 0, 0, 0, 0, 0, null, own);
    }
  }
}
