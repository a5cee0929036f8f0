package dev.sluice.cli.attach;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What keeps an attachment when the command has ended: one of these, or a pin of Sluice's own. */
public final class KeepOptions {
  @Option(
      names = "--pin",
      required = true,
      paramLabel = "PATH",
      description = "Pin the link here instead of at Sluice's own place.")
  public @Nullable Path pin;

  @Option(
      names = "--bare",
      required = true,
      description = "No link: it stays until anybody detaches it.")
  public boolean bare;

  @Option(
      names = "--hold",
      required = true,
      description = "Keep the link in the foreground and detach at Ctrl-C.")
  public boolean hold;
}
