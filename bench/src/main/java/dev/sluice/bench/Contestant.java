package dev.sluice.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command that takes tc's grammar.
 *
 * @param name what tables call it, with its version
 * @param command its words up to and including {@code tc}
 */
public record Contestant(String name, List<String> command) {
  /** Copies the words. */
  public Contestant {
    command = List.copyOf(command);
  }

  /** {@code sluice tc} of a source tree, built. */
  public static Contestant sluice(Path root) {
    return new Contestant("sluice tc", List.of(root.resolve("sluice").toString(), "tc"));
  }

  /** The {@code tc} on the PATH, if there is one. */
  public static Optional<Contestant> iproute2() {
    String version = TimedProcess.firstLine(List.of("tc", "-V"));
    // "tc utility, iproute2-6.1.0, libbpf 1.1.2"
    return version.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Contestant(
                "tc (" + version.replaceAll(".*(iproute2-[^,]*).*", "$1") + ")", List.of("tc")));
  }

  /** The whole command line with these words behind it. */
  public List<String> with(String... words) {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(words));
    return line;
  }
}
