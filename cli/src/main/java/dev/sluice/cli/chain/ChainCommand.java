package dev.sluice.cli.chain;

import picocli.CommandLine.Command;

/** {@code sluice chain}. */
@Command(
    name = "chain",
    description = "The programs at hooks of every kind, in their order.",
    mixinStandardHelpOptions = true)
public final class ChainCommand {}
