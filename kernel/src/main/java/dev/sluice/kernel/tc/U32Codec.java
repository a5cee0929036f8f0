package dev.sluice.kernel.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import dev.sluice.kernel.tc.TcDescriptor.U32Layout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of u32 filters ({@code net/sched/cls_u32.c}). */
final class U32Codec {
  /** What may be asked for of {@code TCA_CLS_FLAGS_*}; the others are reports. */
  private static final int ASKABLE = Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE;

  private U32Codec() {}

  static void write(MessageWriter out, U32 filter) {
    int options = out.nest(TcDescriptor.TCA_OPTIONS);
    Handle classId = filter.classId();
    if (classId != null) {
      out.attribute32(U32Layout.CLASSID, classId.value());
    }
    if (filter.hashTable() != 0) {
      out.attribute32(U32Layout.HASH, filter.hashTable());
    }
    if (filter.link() != 0) {
      out.attribute32(U32Layout.LINK, filter.link());
    }
    if (filter.divisor() != 0) {
      out.attribute32(U32Layout.DIVISOR, filter.divisor());
    }
    String inDevice = filter.inDevice();
    if (inDevice != null) {
      out.attribute(U32Layout.INDEV, inDevice);
    }
    U32.Mark mark = filter.mark();
    if (mark != null) {
      int begin = out.nest(U32Layout.MARK);
      out.u32(mark.value()).u32(mark.mask()).u32(0);
      out.endNest(begin);
    }
    ActionCodec.write(out, U32Layout.ACT, filter.actions());
    Bytes police = filter.police();
    if (police != null) {
      out.attribute(U32Layout.POLICE, police.toArray());
    }
    if ((filter.flags() & ASKABLE) != 0) {
      out.attribute32(U32Layout.FLAGS, filter.flags() & ASKABLE);
    }
    U32.Selector selector = filter.selector();
    if (selector != null) {
      int begin = out.nest(U32Layout.SEL);
      write(out, selector);
      out.endNest(begin);
    }
    out.endNest(options);
  }

  private static void write(MessageWriter out, U32.Selector selector) {
    List<U32.Key> keys = selector.keys();
    out.u8(selector.flags()).u8(selector.offsetShift()).u8(keys.size()).u8(0);
    out.be16(selector.offsetMask()).u16(selector.offset());
    out.u16(selector.offsetAt()).u16(selector.hashAt()).be32(selector.hashMask());
    for (int i = 0; i < keys.size(); i++) {
      U32.Key key = keys.get(i);
      out.be32(key.mask()).be32(key.value()).u32(key.offset()).u32(key.offsetMask());
    }
  }

  /** Reads the options that {@code in} stands at. */
  static U32 read(Attributes options, FilterCodec.ActionStates states) {
    Handle classId = null;
    int hashTable = 0;
    int link = 0;
    int divisor = 0;
    U32.Selector selector = null;
    U32.Mark mark = null;
    String inDevice = null;
    int flags = 0;
    ActionCodec.Read actions = ActionCodec.Read.NONE;
    Bytes police = null;
    U32.Hits hits = null;
    Attributes in = options.nested();
    while (in.next()) {
      switch (in.type()) {
        case U32Layout.CLASSID -> classId = new Handle(in.s32(0));
        case U32Layout.HASH -> hashTable = in.s32(0);
        case U32Layout.LINK -> link = in.s32(0);
        case U32Layout.DIVISOR -> divisor = in.s32(0);
        case U32Layout.SEL -> selector = readSelector(in);
        case U32Layout.POLICE -> police = in.bytes();
        case U32Layout.ACT -> actions = ActionCodec.read(in);
        case U32Layout.INDEV -> inDevice = in.string();
        case U32Layout.PCNT -> hits = readHits(in);
        case U32Layout.MARK ->
            mark =
                new U32.Mark(
                    in.s32(U32Layout.MARK_VALUE),
                    in.s32(U32Layout.MARK_MASK),
                    in.u32(U32Layout.MARK_SUCCESS));
        case U32Layout.FLAGS -> flags = in.s32(0);
        default -> {}
      }
    }
    if (divisor < 0 || divisor > U32Layout.MOST_BUCKETS || Integer.bitCount(divisor) > 1) {
      throw new NetlinkFormatException(
          "a u32 table has " + divisor + " buckets; expected a power of two up to 256");
    }
    states.set(actions.states());
    return new U32(
        classId,
        hashTable,
        link,
        divisor,
        selector,
        mark,
        inDevice,
        flags,
        actions.actions(),
        police,
        hits);
  }

  private static U32.Selector readSelector(Attributes in) {
    int count = in.u8(U32Layout.SEL_KEYS);
    List<U32.Key> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = U32Layout.SEL_LENGTH + i * U32Layout.KEY_LENGTH;
      keys.add(
          new U32.Key(
              in.be32(at + U32Layout.KEY_MASK),
              in.be32(at + U32Layout.KEY_VALUE),
              in.s32(at + U32Layout.KEY_OFFSET),
              in.s32(at + U32Layout.KEY_OFFSET_MASK)));
    }
    return new U32.Selector(
        in.u8(U32Layout.SEL_FLAGS),
        in.u8(U32Layout.SEL_OFFSET_SHIFT),
        in.be16(U32Layout.SEL_OFFSET_MASK),
        in.u16(U32Layout.SEL_OFFSET),
        (short) in.u16(U32Layout.SEL_OFFSET_AT),
        (short) in.u16(U32Layout.SEL_HASH_AT),
        in.be32(U32Layout.SEL_HASH_MASK),
        keys);
  }

  private static U32.@Nullable Hits readHits(Attributes in) {
    int counters = in.length() / Long.BYTES;
    if (counters < 2) {
      return null;
    }
    List<Long> keyMatches = new ArrayList<>(counters - 2);
    for (int i = 2; i < counters; i++) {
      keyMatches.add(in.s64(i * Long.BYTES));
    }
    return new U32.Hits(in.s64(0), in.s64(Long.BYTES), keyMatches);
  }
}
