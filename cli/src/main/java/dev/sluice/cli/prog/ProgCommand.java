package dev.sluice.cli.prog;

import picocli.CommandLine.Command;

/** {@code sluice prog}. */
@Command(
    name = "prog",
    description = "Programs: load, list, read and run them.",
    mixinStandardHelpOptions = true)
public final class ProgCommand {}
