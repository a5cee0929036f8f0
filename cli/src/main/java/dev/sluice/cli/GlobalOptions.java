package dev.sluice.cli;

import dev.sluice.cli.output.OutputFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes, before its name or behind it. */
final class GlobalOptions {
  @Option(
      names = {"-n", "--netns"},
      paramLabel = "NAME|PATH",
      scope = ScopeType.INHERIT,
      description = "The network namespace, by its name or a path such as /proc/42/ns/net.")
  @Nullable String namespace;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      defaultValue = "table",
      description = "table, wide, json or yaml.")
  OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "No colours. NO_COLOR in the environment says the same.")
  boolean noColor;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Say more, such as the verifier's log.")
  boolean verbose;
}
