package dev.sluice.cli.simulation;

import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.Direction;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program that is to be attached.
 *
 * @param device the device; empty for the only one
 * @param direction which packets it sees
 * @param object the program and its maps
 */
public record TcxProgram(Optional<String> device, Direction direction, ObjectSpec object) {
  /**
   * Reads {@code FILE}, {@code ingress=FILE} or {@code eth0/egress=FILE}, and the file. Without a
   * direction it is egress, unless the program is one for ingress.
   */
  static TcxProgram parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      ObjectSpec object = read(Path.of(text));
      boolean ingress = object.programs().getFirst().expectedAttachType() == AttachType.TCX_INGRESS;
      return new TcxProgram(
          Optional.empty(), ingress ? Direction.INGRESS : Direction.EGRESS, object);
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
        read(Path.of(text.substring(equals + 1))));
  }

  private static ObjectSpec read(Path file) {
    return ProgramSource.choose(ProgramSource.read(file), file, null);
  }
}
