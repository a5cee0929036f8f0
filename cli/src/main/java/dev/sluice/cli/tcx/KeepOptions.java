package dev.sluice.cli.tcx;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What keeps an attachment when the command has ended: one of these, or a pin of Sluice's own. */
final class KeepOptions {
  @Option(
      names = "--pin",
      required = true,
      paramLabel = "PATH",
      description = "Pin the link here instead of at Sluice's own place.")
  @Nullable Path pin;

  @Option(
      names = "--bare",
      required = true,
      description = "No link: it stays until anybody detaches it.")
  boolean bare;

  @Option(
      names = "--hold",
      required = true,
      description = "Keep the link in the foreground and detach at Ctrl-C.")
  boolean hold;
}
