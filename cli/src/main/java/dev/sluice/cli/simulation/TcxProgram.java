package dev.sluice.cli.simulation;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.Direction;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program that is to be attached: {@code FILE}, {@code ingress=FILE}, {@code eth0/egress=FILE}.
 *
 * @param device the device; empty for the only one
 * @param direction which packets it sees
 * @param file the file in assembler text
 */
record TcxProgram(Optional<String> device, Direction direction, Path file) {
  static TcxProgram parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new TcxProgram(Optional.empty(), Direction.EGRESS, Path.of(text));
    }
    String where = text.substring(0, equals);
    int slash = where.lastIndexOf('/');
    Direction direction =
        switch (where.substring(slash + 1)) {
          case "ingress" -> Direction.INGRESS;
          case "egress" -> Direction.EGRESS;
          default ->
              throw new InvalidInput(
                  "command line",
                  0,
                  0,
                  "expected [[DEV/]ingress|egress=]FILE behind --tcx, found " + text);
        };
    return new TcxProgram(
        slash < 0 ? Optional.empty() : Optional.of(where.substring(0, slash)),
        direction,
        Path.of(text.substring(equals + 1)));
  }
}
