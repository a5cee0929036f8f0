package dev.sluice.cli.tcx;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import picocli.CommandLine.Parameters;

/** The first two words of the commands on one chain: which device, and which way packets go. */
final class HookParameters {
  @Parameters(index = "0", paramLabel = "DEV", description = "The device.")
  private String device = "";

  @Parameters(index = "1", paramLabel = "ingress|egress", description = "Which way packets go.")
  private String direction = "";

  /** The attach point; the device is looked up now. */
  AttachPoint.Tcx at(Datapath datapath) {
    Direction way = direction(direction);
    return new AttachPoint.Tcx(datapath.device(device), way);
  }

  private static Direction direction(String text) {
    return switch (text) {
      case "ingress" -> Direction.INGRESS;
      case "egress" -> Direction.EGRESS;
      default ->
          throw new InvalidInput(
              "command line", 0, 0, "expected ingress or egress, found \"" + text + "\"");
    };
  }
}
