package dev.sluice.policy.export;

import dev.sluice.datapath.tc.U32;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.export.PacketSet.Carried;
import dev.sluice.policy.export.PacketSet.Family;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Ports;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which packets a u32 filter fits, from the words of the header that it looks at. Ports are meant
 * to stand right behind a header without options, where tc puts them.
 */
final class U32Packets {
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int ALL = 3;

  /** A word of the header: the bits that count, and what they are. */
  private record Word(int mask, int value) {
    static final Word NONE = new Word(0, 0);

    int bits(int from) {
      return value >>> from;
    }

    /** Takes bits away that are understood. */
    Word without(int gone) {
      return new Word(mask & ~gone, value & ~gone);
    }

    boolean isEmpty() {
      return mask == 0;
    }
  }

  /**
   * What was read.
   *
   * @param packets those that the filter fits, and more where something could not be said; null for
   *     none at all
   * @param unsayable what a policy cannot say of them
   * @param remarks what is said in another way
   */
  record Reading(@Nullable PacketSet packets, List<String> unsayable, List<String> remarks) {}

  private final Map<Integer, Word> words = new TreeMap<>();
  private final List<String> unsayable = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private boolean impossible;

  private U32Packets() {}

  /**
   * Reads a filter.
   *
   * @param protocol the Ethernet protocol that it is asked for, 3 for every one
   */
  static Reading read(int protocol, U32 filter) {
    U32Packets packets = new U32Packets();
    U32.Selector selector = filter.selector();
    if (selector != null) {
      selector.keys().forEach(packets::collect);
    }
    PacketSet read =
        switch (protocol) {
          case IPV4 -> packets.four();
          case IPV6 -> packets.six();
          case ALL -> packets.either();
          default -> packets.other(protocol);
        };
    U32.Mark mark = filter.mark();
    if (mark != null && mark.mask() != 0) {
      long mask = mark.mask() & 0xffff_ffffL;
      read =
          read.withMark(
              new Match.Mark(mark.value() & 0xffff_ffffL, mask == 0xffff_ffffL ? null : mask));
    }
    return new Reading(
        packets.impossible ? null : read, packets.unsayable, List.copyOf(packets.remarks));
  }

  private void collect(U32.Key key) {
    if (key.offsetMask() != 0) {
      unsayable.add(
          "it looks at the next header, whose place is known behind a link only (nexthdr)");
    } else if (key.mask() != 0) {
      int value = key.value() & key.mask();
      Word before = words.getOrDefault(key.offset(), Word.NONE);
      impossible |= ((before.value ^ value) & before.mask & key.mask()) != 0;
      words.put(key.offset(), new Word(before.mask | key.mask(), before.value | value));
    }
  }

  private Word take(int offset) {
    Word word = words.remove(offset);
    return word == null ? Word.NONE : word;
  }

  /** Reports what is left of a word behind what was understood. */
  private void rest(int offset, Word left, String what) {
    if (!left.isEmpty()) {
      unsayable.add(String.format("it looks at %s (0x%08x at %d)", what, left.mask(), offset));
    }
  }

  private void rest() {
    words.forEach(
        (offset, word) -> rest(offset, word, offset < 0 ? "the Ethernet header" : "other bytes"));
  }

  private PacketSet other(int protocol) {
    unsayable.add(String.format("it is for packets of protocol 0x%04x, not of IP", protocol));
    return PacketSet.all(null);
  }

  /** Asked for every protocol, but it looks at a header of one. */
  private PacketSet either() {
    if (words.isEmpty()) {
      return PacketSet.all(null);
    }
    Word first = words.getOrDefault(0, Word.NONE);
    boolean saysSix = (first.mask >>> 28) == 0xf && (first.value >>> 28) == 6;
    boolean looksBehind = words.keySet().stream().anyMatch(offset -> offset >= 24);
    boolean six = saysSix || looksBehind;
    remarks.add(
        "it is asked for every protocol and looks at a header of IPv"
            + (six ? "6" : "4")
            + ", so it is taken to mean that");
    return six ? six() : four();
  }

  private PacketSet four() {
    PacketSet packets = PacketSet.all(Family.FOUR);
    Word first = version(take(0), 4);
    if ((first.mask & 0x0f00_0000) == 0x0f00_0000 && (first.bits(24) & 0xf) == 5) {
      first = first.without(0x0f00_0000); // so that ports are where it looks for them
    }
    packets = packets.withDscp(codes(first, 16));
    rest(0, first.without(0x00ff_0000), "the header's length or the packet's");
    Word third = take(8);
    packets = packets.withCarried(carried(third, 16, 1));
    rest(8, third.without(0x00ff_0000), "time to live or checksum");
    packets = packets.withFrom(address(take(12), "source"));
    packets = packets.withTo(address(take(16), "destination"));
    packets = ports(packets, take(20), 20);
    Word second = take(4);
    boolean first4 = (second.mask & 0x1fff) == 0x1fff && (second.value & 0x1fff) == 0;
    if (first4 && !(packets.ports().isEmpty() && packets.sourcePorts().isEmpty())) {
      second = second.without(0x1fff); // only a first fragment has ports
    }
    rest(4, second, "fragments");
    rest();
    return packets;
  }

  private PacketSet six() {
    PacketSet packets = PacketSet.all(Family.SIX);
    Word first = version(take(0), 6);
    packets = packets.withDscp(codes(first, 20));
    rest(0, first.without(0x0ff0_0000), "the flow label");
    Word second = take(4);
    packets = packets.withCarried(carried(second, 8, 58));
    rest(4, second.without(0x0000_ff00), "the packet's length or hop limit");
    packets = packets.withFrom(address6(8, "source"));
    packets = packets.withTo(address6(24, "destination"));
    packets = ports(packets, take(40), 40);
    rest();
    return packets;
  }

  private Word version(Word first, int version) {
    int mask = first.mask & 0xf000_0000;
    impossible |= ((first.value ^ version << 28) & mask) != 0;
    return first.without(0xf000_0000);
  }

  /** Code points of a byte that also has the two bits of congestion notification. */
  private long codes(Word word, int at) {
    int mask = word.mask >>> at & 0xff;
    int value = word.value >>> at & 0xff;
    if ((mask & 3) != 0) {
      remarks.add("of type of service, bits 0x03 are those of ECN and no longer count");
    }
    return MaskedBits.codePoints(mask >>> 2, value >>> 2);
  }

  private Set<Carried> carried(Word word, int at, int icmp) {
    int mask = word.mask >>> at & 0xff;
    int value = word.value >>> at & 0xff;
    Carried known =
        switch (value) {
          case 6 -> Carried.TCP;
          case 17 -> Carried.UDP;
          case 132 -> Carried.SCTP;
          default -> value == icmp ? Carried.ICMP : null;
        };
    if (mask == 0xff && known != null) {
      return EnumSet.of(known);
    }
    if (mask != 0) {
      unsayable.add(
          mask == 0xff
              ? "a policy has no protocol " + value
              : String.format("it looks at a part of the protocol's number (mask 0x%02x)", mask));
    }
    return EnumSet.allOf(Carried.class);
  }

  private Side address(Word word, String which) {
    if (word.isEmpty()) {
      return Side.ANY;
    }
    List<Prefix> prefixes = MaskedBits.prefixes(word.mask, word.value);
    if (prefixes.isEmpty()) {
      unsayable.add(
          String.format(
              "the mask of its %s address is that of no prefix: 0x%08x", which, word.mask));
    }
    return Side.of(prefixes);
  }

  private Side address6(int at, String which) {
    int[] mask = new int[4];
    int[] value = new int[4];
    for (int i = 0; i < 4; i++) {
      Word word = take(at + 4 * i);
      mask[i] = word.mask;
      value[i] = word.value;
    }
    if ((mask[0] | mask[1] | mask[2] | mask[3]) == 0) {
      return Side.ANY;
    }
    List<Prefix> prefixes = MaskedBits.prefix6(mask, value);
    if (prefixes.isEmpty()) {
      unsayable.add("the mask of its " + which + " address is that of no prefix");
    }
    return Side.of(prefixes);
  }

  private PacketSet ports(PacketSet packets, Word word, int at) {
    if (word.isEmpty()) {
      return packets;
    }
    Set<Carried> carried = packets.carried();
    if (carried.equals(Set.of(Carried.ICMP))) {
      rest(at, word.without(0xff00_0000), "code, checksum or more of ICMP");
      return packets.withPorts(ranges(word, 24, 8, "type of ICMP"));
    }
    if (carried.size() == 1 && !PacketSet.WITH_PORTS.containsAll(carried)) {
      rest(at, word, "what follows the header");
      return packets;
    }
    return packets
        .withCarried(carried.size() == 1 ? carried : PacketSet.WITH_PORTS)
        .withSourcePorts(ranges(word, 16, 16, "source port"))
        .withPorts(ranges(word, 0, 16, "destination port"));
  }

  private List<Ports> ranges(Word word, int at, int width, String which) {
    int all = (1 << width) - 1;
    int mask = word.mask >>> at & all;
    if (mask == 0) {
      return List.of();
    }
    List<Ports> ports = MaskedBits.ports(mask, word.value >>> at & all, width);
    if (ports.isEmpty()) {
      unsayable.add(
          String.format("the mask of its %s leaves more than 16 ranges: 0x%x", which, mask));
    }
    return ports;
  }
}
