package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.U32;
import org.jspecify.annotations.Nullable;

/**
 * What may follow {@code match} and {@code sample} in a u32 filter. Offsets count from the network
 * header, or, for {@code tcp}, {@code udp}, {@code icmp} and {@code nexthdr+}, from the next one;
 * {@code ip sport} and {@code ip dport} stand at 20 and 22 whatever options the header has.
 */
final class U32Selectors {
  private final Words words;
  private final U32Keys keys;
  private U32.@Nullable Mark mark;

  U32Selectors(Words words, U32Keys keys) {
    this.words = words;
    this.keys = keys;
  }

  /** The packet mark to match, null where none was asked for. */
  U32.@Nullable Mark mark() {
    return mark;
  }

  /**
   * Reads one selector; the current word is its first, and is the one behind it afterwards.
   *
   * @return false if it cannot be understood
   */
  boolean read() {
    if (words.stands("u32")) {
      words.next();
      return readKey(4, 0, 0);
    } else if (words.stands("u16")) {
      words.next();
      return readKey(2, 0, 0);
    } else if (words.stands("u8")) {
      words.next();
      return readKey(1, 0, 0);
    } else if (words.stands("ip")) {
      words.next();
      return words.left() >= 2 && readIp();
    } else if (words.stands("ip6")) {
      words.next();
      return words.left() >= 2 && readIp6();
    } else if (words.stands("udp") || words.stands("tcp")) {
      words.next();
      return words.left() >= 2 && readPorts();
    } else if (words.stands("icmp")) {
      words.next();
      return words.left() >= 2 && readIcmp();
    } else if (words.stands("mark")) {
      words.next();
      return readMark();
    } else if (words.stands("ether")) {
      words.next();
      return words.left() >= 2 && readEther();
    }
    return false;
  }

  private boolean readIp() {
    if (words.is("src")) {
      words.next();
      return readIp4Address(12);
    } else if (words.is("dst")) {
      words.next();
      return readIp4Address(16);
    } else if (words.is("tos") || words.stands("dsfield")) {
      return nextKey(1, 1, 0);
    } else if (words.is("ihl")) {
      return nextKey(1, 0, 0);
    } else if (words.is("protocol")) {
      return nextKey(1, 9, 0);
    } else if (words.stands("precedence")) {
      return nextKey(1, 1, 0);
    } else if (words.is("nofrag")) {
      return fragment(0, 0x3fff);
    } else if (words.is("firstfrag")) {
      return fragment(0x2000, 0x3fff);
    } else if (words.is("df")) {
      return fragment(0x4000, 0x4000);
    } else if (words.is("mf")) {
      return fragment(0x2000, 0x2000);
    } else if (words.is("dport")) {
      return nextKey(2, 22, 0);
    } else if (words.is("sport")) {
      return nextKey(2, 20, 0);
    } else if (words.is("icmp_type")) {
      return nextKey(1, 20, 0);
    } else if (words.is("icmp_code")) {
      return nextKey(1, 21, 0);
    }
    return false;
  }

  private boolean fragment(int value, int mask) {
    words.skip();
    return keys.add16(value, mask, 6, 0);
  }

  private boolean readIp6() {
    if (words.is("src")) {
      words.next();
      return readIp6Address(8);
    } else if (words.is("dst")) {
      words.next();
      return readIp6Address(24);
    } else if (words.is("priority")) {
      words.next();
      return readTrafficClass();
    } else if (words.is("protocol")) {
      return nextKey(1, 6, 0);
    } else if (words.is("flowlabel")) {
      return nextKey(4, 0, 0);
    } else if (words.is("dport")) {
      return nextKey(2, 42, 0);
    } else if (words.is("sport")) {
      return nextKey(2, 40, 0);
    } else if (words.is("icmp_type")) {
      return nextKey(1, 40, 0);
    } else if (words.is("icmp_code")) {
      return nextKey(1, 41, 0);
    }
    return false;
  }

  private boolean readPorts() {
    if (words.is("src")) {
      return nextKey(2, 0, -1);
    } else if (words.is("dst")) {
      return nextKey(2, 2, -1);
    }
    return false;
  }

  private boolean readIcmp() {
    if (words.is("type")) {
      return nextKey(1, 0, -1);
    } else if (words.is("code")) {
      return nextKey(1, 1, -1);
    }
    return false;
  }

  private boolean readEther() {
    if (words.is("src")) {
      words.next();
      return readEtherAddress(-8);
    } else if (words.is("dst")) {
      words.next();
      return readEtherAddress(-14);
    }
    words.problems().line("Unknown match: ether ", words.word());
    return false;
  }

  private boolean nextKey(int size, int offset, int offsetMask) {
    words.next();
    return readKey(size, offset, offsetMask);
  }

  /** {@code VALUE HEXMASK [at [nexthdr+]N]}. */
  private boolean readKey(int size, int offset, int offsetMask) {
    if (words.left() < 2) {
      return false;
    }
    long value = Digits.unsigned32(words.word(), 0);
    if (value < 0) {
      return false;
    }
    words.skip();
    long mask = Digits.unsigned32(words.word(), 16);
    if (mask < 0) {
      return false;
    }
    words.skip();
    if (size == 1 && (value > 0xff || mask > 0xff)) {
      return false;
    }
    Place place = readPlace(offset, offsetMask);
    if (place == null || (size == 2 && (value > 0xffff || mask > 0xffff))) {
      return false;
    }
    return switch (size) {
      case 1 -> keys.add8((int) value, (int) mask, place.offset, place.offsetMask);
      case 2 -> keys.add16((int) value, (int) mask, place.offset, place.offsetMask);
      default -> keys.add32((int) value, (int) mask, place.offset, place.offsetMask);
    };
  }

  /** An offset and, for one from the next header, the mask −1. */
  private record Place(int offset, int offsetMask) {}

  /** {@code [at [nexthdr+]N]}; null if it is there and cannot be understood. */
  private @Nullable Place readPlace(int offset, int offsetMask) {
    if (!words.is("at")) {
      return new Place(offset, offsetMask);
    }
    String word = words.next();
    int mask = offsetMask;
    if (word.startsWith("nexthdr+") && word.length() > "nexthdr+".length()) {
      mask = -1;
      word = word.substring("nexthdr+".length());
    } else if (Words.abbreviates(word, "nexthdr+")) {
      mask = -1;
      word = words.next();
    }
    long at = Digits.signed32(word, 0);
    if (at == Digits.NONE) {
      return null;
    }
    words.skip();
    return new Place((int) at, mask);
  }

  private boolean readIp4Address(int offset) {
    Prefix prefix = Prefix.ipv4(words.word());
    if (prefix == null) {
      return false;
    }
    words.skip();
    Place place = readPlace(offset, 0);
    return place != null
        && keys.add32(
            prefix.words().get(0), leading(prefix.length()), place.offset, place.offsetMask);
  }

  private static int leading(int bits) {
    return bits <= 0 ? 0 : -1 << (32 - bits);
  }

  private boolean readIp6Address(int offset) {
    Prefix prefix = Prefix.ipv6(words.word());
    if (prefix == null) {
      return false;
    }
    words.skip();
    Place place = readPlace(offset, 0);
    if (place == null) {
      return false;
    }
    for (int i = 0; 32 * i < prefix.length(); i++) {
      int mask = leading(Math.min(32, prefix.length() - 32 * i));
      if (!keys.add32(prefix.words().get(i), mask, place.offset + 4 * i, place.offsetMask)) {
        return false;
      }
    }
    return true;
  }

  private boolean readTrafficClass() {
    if (words.left() < 2) {
      return false;
    }
    long value = Digits.unsigned(words.word(), 0, 0xff);
    if (value < 0) {
      return false;
    }
    words.skip();
    long mask = Digits.unsigned(words.word(), 16, 0xff);
    if (mask < 0) {
      return false;
    }
    words.skip();
    return keys.add32((int) value << 20, (int) mask << 20, 0, 0);
  }

  private boolean readEtherAddress(int offset) {
    String word = words.word();
    int[] halves = etherAddress(word);
    if (halves == null) {
      words.problems().line("parse_ether_addr: improperly formed address '", word, "'");
      return false;
    }
    words.skip();
    Place place = readPlace(offset, 0);
    if (place == null) {
      return false;
    }
    for (int i = 0; i < 3; i++) {
      if (!keys.add16(halves[i], 0xffff, place.offset + 2 * i, place.offsetMask)) {
        return false;
      }
    }
    return true;
  }

  /** The three 16-bit parts of an Ethernet address. */
  private static int @Nullable [] etherAddress(String word) {
    int[] halves = new int[3];
    int from = 0;
    for (int i = 0; i < 6; i++) {
      Digits digits = new Digits(word, from);
      int value = (int) digits.unsigned(16) & 0xff;
      if (digits.end() == from) {
        return null;
      }
      if (i < 5 && (digits.atEnd() || word.charAt(digits.end()) != ':')) {
        return null;
      }
      halves[i / 2] = halves[i / 2] << 8 | value;
      from = digits.end() + 1;
    }
    return halves;
  }

  /** {@code VALUE MASK}, which tc wants something behind. */
  private boolean readMark() {
    if (words.left() < 2) {
      throw words.problems().missing("mark");
    }
    long value = Digits.unsigned32(words.word(), 0);
    if (value < 0) {
      words.problems().line("Illegal \"mark\" value");
      return false;
    }
    long mask = Digits.unsigned32(words.next(), 0);
    if (mask < 0) {
      words.problems().line("Illegal \"mark\" mask");
      return false;
    }
    words.next();
    if ((value & mask) != value) {
      words.problems().line("Illegal \"mark\" (impossible combination)");
      return false;
    }
    mark = new U32.Mark((int) value, (int) mask, 0);
    return true;
  }
}
