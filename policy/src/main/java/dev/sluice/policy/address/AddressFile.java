package dev.sluice.policy.address;

import dev.sluice.datapath.InvalidInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file with an address or a prefix a line; {@code #} begins a comment. */
public final class AddressFile {
  private AddressFile() {}

  /**
   * Reads a file.
   *
   * @return what stands there, in its order
   * @throws InvalidInput if it cannot be read, or a line is no prefix
   */
  public static List<Prefix> read(Path file) {
    List<Prefix> prefixes = new ArrayList<>();
    TextLines.read(
        file,
        (text, line) -> {
          Prefix prefix = Prefix.parse(text);
          if (prefix == null) {
            throw new InvalidInput(
                file.toString(),
                line,
                0,
                "'%s' is no address or prefix; expected one such as 192.0.2.1, 10.0.0.0/8 or fd00::/8, with no bits behind its length"
                    .formatted(text));
          }
          prefixes.add(prefix);
        });
    return prefixes;
  }
}
