package dev.sluice.cli.map;

import picocli.CommandLine.Command;

/** {@code sluice map}. */
@Command(
    name = "map",
    description = "Maps: list, dump and change them.",
    mixinStandardHelpOptions = true)
public final class MapCommand {}
