package dev.sluice.cli.tcx;

import picocli.CommandLine.Command;

/** {@code sluice tcx}. */
@Command(
    name = "tcx",
    description = "Programs in the ordered chains of devices.",
    mixinStandardHelpOptions = true)
public final class TcxCommand {}
