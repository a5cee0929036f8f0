package dev.sluice.policy.address;

import com.maxmind.db.CHMCache;
import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidDatabaseException;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Networks;
import com.maxmind.db.NetworksIterationException;
import com.maxmind.db.Reader;
import dev.sluice.datapath.InvalidInput;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A database of countries in MaxMind's format: GeoLite2 and GeoIP2 Country and City, DB-IP, and
 * those that give a network a {@code country_code}.
 */
final class MaxMindCountries {
  private static final int LENGTH6 = 16;
  private static final int MAPPED = 96;

  private MaxMindCountries() {}

  /**
   * Reads what countries have.
   *
   * @param countries in two upper-case letters
   * @param found takes a country and a prefix that it has
   */
  static void read(Path file, Set<String> countries, BiConsumer<String, Prefix> found) {
    if (!Files.isReadable(file)) {
      throw new InvalidInput(
          file.toString(),
          0,
          0,
          "cannot be read: " + (Files.exists(file) ? "not permitted" : "there is no such file"));
    }
    try (Reader reader = new Reader(file.toFile(), new CHMCache())) {
      @SuppressWarnings("rawtypes") // the library gives what a class literal says
      Networks<Map> networks = reader.networks(Map.class);
      while (networks.hasNext()) {
        DatabaseRecord<?> network = networks.next();
        String country = country(network.data());
        if (country != null && countries.contains(country)) {
          found.accept(
              country,
              prefix(network.network().networkAddress(), network.network().prefixLength()));
        }
      }
    } catch (InvalidDatabaseException | InvalidNetworkException | NetworksIterationException e) {
      InvalidInput invalid =
          new InvalidInput(
              file.toString(), 0, 0, "is no MaxMind database that can be read: " + e.getMessage());
      invalid.initCause(e);
      throw invalid;
    } catch (IOException e) {
      throw TextLines.unreadable(file, e);
    }
  }

  private static @Nullable String country(@Nullable Object data) {
    if (!(data instanceof Map<?, ?> fields)) {
      return null;
    }
    Object country = fields.get("country");
    Object code = country instanceof Map<?, ?> of ? of.get("iso_code") : fields.get("country_code");
    return code instanceof String text ? text : null;
  }

  private static Prefix prefix(InetAddress address, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    if (bytes.remaining() < LENGTH6) {
      return Prefix.four(bytes.getInt(), length);
    }
    long high = bytes.getLong();
    long low = bytes.getLong();
    // In a tree of IPv6, IPv4 is below ::/96.
    return high == 0 && low >>> 32 == 0 && length >= MAPPED
        ? Prefix.four((int) low, length - MAPPED)
        : Prefix.six(high, low, length);
  }
}
