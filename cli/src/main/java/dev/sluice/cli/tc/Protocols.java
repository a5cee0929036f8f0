package dev.sluice.cli.tc;

import org.jspecify.annotations.Nullable;

/**
 * The names that tc gives to Ethernet protocols, with the numbers of {@code
 * include/uapi/linux/if_ether.h}.
 */
final class Protocols {
  private static final String[] NAMES = {
    "ip",
    "ipv6",
    "arp",
    "all",
    "802.1Q",
    "802.1ad",
    "loop",
    "pup",
    "pupat",
    "x25",
    "bpq",
    "ieeepup",
    "ieeepupat",
    "dec",
    "dna_dl",
    "dna_rc",
    "dna_rt",
    "lat",
    "diag",
    "cust",
    "sca",
    "rarp",
    "atalk",
    "aarp",
    "ipx",
    "ppp_disc",
    "ppp_ses",
    "atmmpoa",
    "atmfate",
    "802_3",
    "ax25",
    "802_2",
    "snap",
    "ddcmp",
    "wan_ppp",
    "ppp_mp",
    "localtalk",
    "can",
    "ppptalk",
    "tr_802_2",
    "mobitex",
    "control",
    "irda",
    "econet",
    "tipc",
    "profinet",
    "aoe",
    "ethercat",
    "mpls_uc",
    "mpls_mc",
    "teb",
    "LLDP",
    "ipv4",
  };

  private static final char[] NUMBERS = {
    0x0800, 0x86dd, 0x0806, 0x0003, 0x8100, 0x88a8, 0x0060, 0x0200, 0x0201, 0x0805, 0x08ff, 0x0a00,
    0x0a01, 0x6000, 0x6001, 0x6002, 0x6003, 0x6004, 0x6005, 0x6006, 0x6007, 0x8035, 0x809b, 0x80f3,
    0x8137, 0x8863, 0x8864, 0x884c, 0x8884, 0x0001, 0x0002, 0x0004, 0x0005, 0x0006, 0x0007, 0x0008,
    0x0009, 0x000c, 0x0010, 0x0011, 0x0015, 0x0016, 0x0017, 0x0018, 0x88ca, 0x8892, 0x88a2, 0x88a4,
    0x8847, 0x8848, 0x6558, 0x88cc, 0x0800,
  };

  private Protocols() {}

  /** The number of a protocol given by name, in any case, or by number; −1 for neither. */
  static int number(String word) {
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equalsIgnoreCase(word)) {
        return NUMBERS[i];
      }
    }
    return (int) Digits.unsigned(word, 0, 0xffff);
  }

  /** The name of a protocol, {@code [N]} for one without. */
  static String name(int number, boolean numeric) {
    String name = numeric ? null : nameOf(number);
    return name != null ? name : "[" + number + "]";
  }

  private static @Nullable String nameOf(int number) {
    for (int i = 0; i < NUMBERS.length; i++) {
      if (NUMBERS[i] == number) {
        return NAMES[i];
      }
    }
    return null;
  }
}
