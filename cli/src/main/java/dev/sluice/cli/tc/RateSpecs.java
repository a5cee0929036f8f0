package dev.sluice.cli.tc;

import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.RateSpec;
import org.jspecify.annotations.Nullable;

/** Rates together with how packets are counted against them. */
final class RateSpecs {
  private RateSpecs() {}

  /**
   * The rate as tc sends it.
   *
   * @param mtu the largest packet of the legacy rate table, 0 for its default of 2047
   * @param cellLog log2 of the table's cell; −1 for the least whose 256 entries reach the MTU
   *     ({@code tc_calc_rtable})
   */
  static RateSpec of(
      Rate rate, int overhead, int minimumPacketUnit, LinkLayer linkLayer, long mtu, int cellLog) {
    int log = cellLog;
    if (log < 0) {
      log = 0;
      while ((mtu == 0 ? 2047 : mtu) >> log > 255) {
        log++;
      }
    }
    return new RateSpec(rate, overhead, minimumPacketUnit, linkLayer, log);
  }

  /** The link layer of a name or a beginning of one, null if there is none. */
  static @Nullable LinkLayer linkLayer(String word) {
    if (Words.abbreviates(word, "ethernet")) {
      return LinkLayer.ETHERNET;
    }
    return Words.abbreviates(word, "atm") || Words.abbreviates(word, "adsl") ? LinkLayer.ATM : null;
  }

  /** The link layer's name as listings have it. */
  static String name(LinkLayer layer) {
    return switch (layer) {
      case UNAWARE -> "unspec";
      case ETHERNET -> "ethernet";
      case ATM -> "atm";
    };
  }
}
