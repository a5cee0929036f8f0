package dev.sluice.cli.chain;

import picocli.CommandLine.Command;

/** {@code sluice chain}. */
@Command(
    name = "chain",
    description = "The programs at all hooks of devices and control groups.",
    mixinStandardHelpOptions = true)
public final class ChainCommand {}
