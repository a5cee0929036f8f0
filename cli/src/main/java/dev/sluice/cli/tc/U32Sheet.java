package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import dev.sluice.datapath.tc.U32.Selector;

/** Prints what a u32 filter matches and where it leads. */
final class U32Sheet {
  private static final int ETH_P_IP = 0x0800;
  private static final int ETH_P_IPV6 = 0x86dd;

  private final U32 u32;
  private final FilterEntry entry;
  private final Session session;
  private final Sheet sheet;

  U32Sheet(U32 u32, FilterEntry entry, Session session, Sheet sheet) {
    this.u32 = u32;
    this.entry = entry;
    this.session = session;
    this.sheet = sheet;
  }

  void print() {
    boolean raw = sheet.options().raw;
    int handle = entry.handle();
    if (handle != 0) {
      sheet.field("fh", "fh ", Handles.u32Text(handle, raw), " ");
    }
    if ((handle & 0xfff) != 0) {
      sheet.field("order", "order ", handle & 0xfff, " ");
    }
    Selector selector = u32.selector();
    boolean terminal = selector != null && (selector.flags() & Selector.TERMINAL) != 0;
    if (u32.divisor() != 0) {
      sheet.field("ht_divisor", "ht divisor ", u32.divisor(), " ");
    } else if (u32.hashTable() != 0) {
      sheet.field("key_ht", "key ht ", Integer.toHexString(u32.hashTable() >>> 20), " ");
      sheet.field("bkt", "bkt ", Integer.toHexString(u32.hashTable() >>> 12 & 0xff), " ");
    } else {
      sheet.text("divisor and hash missing ");
    }
    if (u32.classId() != null) {
      if (!terminal) {
        sheet.text("*");
      }
      sheet.field("flowid", "flowid ", u32.classId().toString(), " ");
    } else if (terminal) {
      sheet.text("terminal flowid ");
    }
    if (u32.link() != 0) {
      sheet.field("link", "link ", Handles.u32Text(u32.link(), raw), " ");
    }
    FilterSheet.printFlags(u32.flags(), sheet);
    U32.Hits hits = sheet.options().statistics ? u32.hits() : null;
    if (selector != null && hits != null) {
      sheet.field("rule_hit", "(rule hit ", hits.lookups(), " ");
      sheet.field("success", "success ", hits.matches(), ")");
    }
    printMark();
    if (selector != null) {
      for (int i = 0; i < selector.keys().size(); i++) {
        print(selector.keys().get(i));
        if (hits != null && i < hits.keyMatches().size()) {
          sheet.field("success", " (success ", hits.keyMatches().get(i), " ) ");
        }
      }
      printWay(selector);
    }
    if (u32.police() != null) {
      sheet.line();
      sheet.field("police", " police ", u32.police().toString(), "");
    }
    if (u32.inDevice() != null) {
      sheet.line();
      sheet.field("input_dev", "  input dev ", u32.inDevice(), "");
      sheet.line();
    }
    ActionSheet.print(u32.actions(), entry.actionStates(), session, sheet);
  }

  private void printMark() {
    U32.Mark mark = u32.mark();
    if (mark == null) {
      return;
    }
    sheet.line();
    if (sheet.isJson()) {
      sheet.field("fwmark_value", "", "0x" + Integer.toHexString(mark.value()), "");
      sheet.field("fwmark_mask", "", "0x" + Integer.toHexString(mark.mask()), "");
    } else {
      String value = Handles.hex(mark.value(), 4);
      sheet.text("  mark 0x" + value + " 0x" + Handles.hex(mark.mask(), 4) + " ");
    }
    sheet.field("fwmark_success", "(success ", mark.success(), ")");
  }

  /** Prints where a packet that matches goes on in the next table. */
  private void printWay(Selector selector) {
    if ((selector.flags() & (Selector.VARIABLE_OFFSET | Selector.OFFSET)) != 0) {
      sheet.line();
      sheet.text("    offset ");
      if ((selector.flags() & Selector.VARIABLE_OFFSET) != 0) {
        if (sheet.isJson()) {
          sheet.field("offset_mask", "", Integer.toHexString(selector.offsetMask()), "");
        } else {
          sheet.text(Handles.hex(selector.offsetMask(), 4));
        }
        sheet.field("offset_shift", ">>", selector.offsetShift(), " ");
        sheet.field("offset_off", "at ", selector.offsetAt(), " ");
      }
      if (selector.offset() != 0) {
        sheet.field("plus", "plus ", selector.offset(), " ");
      }
    }
    if ((selector.flags() & Selector.EAT) != 0) {
      sheet.element(" eat ", " eat ");
    }
    if (selector.hashMask() != 0) {
      sheet.line();
      if (sheet.isJson()) {
        sheet.field("hash_mask", "", Integer.toHexString(selector.hashMask()), "");
      } else {
        sheet.text("    hash mask " + Handles.hex8(selector.hashMask()) + " ");
      }
      sheet.field("hash_off", "at ", selector.hashAt(), " ");
    }
  }

  private void print(U32.Key key) {
    int protocol = entry.protocol();
    sheet.beginObject("match");
    if (sheet.options().pretty && (protocol == ETH_P_IP || protocol == ETH_P_IPV6)) {
      // iproute2 takes every packet's words for IPv4's, and leaves out what it has no name for.
      printNamed(key, protocol == ETH_P_IPV6);
    } else {
      printRaw(key);
    }
    sheet.endObject();
  }

  private void printRaw(U32.Key key) {
    sheet.line();
    if (sheet.isJson()) {
      sheet.field("value", "", Integer.toHexString(key.value()), "");
      sheet.field("mask", "", Integer.toHexString(key.mask()), "");
    } else {
      sheet.text("  match " + Handles.hex8(key.value()) + "/" + Handles.hex8(key.mask()) + " at ");
    }
    sheet.field("offmask", "", key.offsetMask() != 0 ? "nexthdr+" : "", "");
    sheet.field("off", "", key.offset(), "");
  }

  private void printNamed(U32.Key key, boolean ipv6) {
    int value = key.value();
    switch (key.offset()) {
      case 0 -> {
        if (key.mask() == 0x0f000000) {
          sheet.line();
          sheet.field("ip_ihl", "  match IP ihl ", value >>> 24, "");
        } else if (key.mask() == 0x00ff0000) {
          sheet.line();
          int field = value >>> 16;
          String hex = field == 0 ? "0" : "0x" + Integer.toHexString(field);
          sheet.field("ip_dsfield", "  match IP dsfield ", hex, "");
        }
      }
      case 8 -> {
        if (key.mask() == 0x00ff0000) {
          sheet.line();
          sheet.field("ip_protocol", "  match IP protocol ", value >>> 16, "");
        }
      }
      case 12 -> printAddress("src", "  match IP src ", key);
      case 16 -> printAddress("dst", "  match IP dst ", key);
      case 20 -> printPorts(key, ipv6);
      default -> {
        // without a name
      }
    }
  }

  /** The ports as iproute2 has them: for IPv6, it takes one for the other. */
  private void printPorts(U32.Key key, boolean ipv6) {
    int upper = key.value() >>> 16;
    int lower = key.value() & 0xffff;
    switch (key.mask()) {
      case 0x0000ffff -> {
        if (ipv6) {
          sheet.line();
          sheet.field("sport", "  match sport ", lower, "");
        } else {
          sheet.field("dport", "match dport ", lower, "");
        }
      }
      case 0xffff0000 -> {
        if (ipv6) {
          sheet.field("dport", "match dport ", upper, "");
        } else {
          sheet.line();
          sheet.field("sport", "  match sport ", upper, "");
        }
      }
      case 0xffffffff -> {
        sheet.line();
        String first = ipv6 ? "sport" : "dport";
        String second = ipv6 ? "dport" : "sport";
        sheet.field(first, "  match " + first + " ", lower, ", ");
        sheet.field(second, "match " + second + " ", upper, "");
      }
      default -> {
        // without a name
      }
    }
  }

  private void printAddress(String key, String words, U32.Key match) {
    int host = ~match.mask();
    if ((host & (host + 1)) != 0) {
      return;
    }
    int value = match.value();
    String address =
        (value >>> 24)
            + "."
            + (value >>> 16 & 0xff)
            + "."
            + (value >>> 8 & 0xff)
            + "."
            + (value & 0xff);
    sheet.line();
    sheet.text(words);
    sheet.beginObject(key);
    sheet.field("address", "", address, "");
    sheet.field("prefixlen", "/", Integer.bitCount(match.mask()), "");
    sheet.endObject();
  }
}
