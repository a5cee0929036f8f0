package dev.sluice.cli.explain;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.prog.PacketOption;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.Direction;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice explain}: which program ate my packet. */
@Command(
    name = "explain",
    description = {
      "Walk a packet through all that it meets at a device as it is now, and say who ended its"
          + " way.",
      "  sluice explain eth0 ingress --packet 'tcp 10.0.0.1:40000 > 10.0.0.2:443'",
      "Programs are run for it, away from the device, each on what the one before left: they count",
      "and learn as in any run. u32 filters are asked in the engine."
    },
    mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {
  private static final int ETHERNET_HEADER = 14;

  private final Session session;

  @Parameters(index = "0", paramLabel = "DEV", description = "The device.")
  private String device = "";

  @Parameters(
      index = "1",
      paramLabel = "ingress|egress",
      description = "Whether the packet arrives at the device or leaves by it.")
  private Direction direction = Direction.INGRESS;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private PacketOption packet = new PacketOption();

  @Option(names = "--frame", paramLabel = "N", description = "Which packet of the capture, from 1.")
  private @Nullable Long frame;

  @Option(
      names = "--allow-side-effects",
      description = "Run programs of others, too, that may write their maps.")
  private boolean sideEffects;

  /** The command for one session. */
  public ExplainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    byte[] bytes = packet.oneFrame(frame);
    if (bytes.length < ETHERNET_HEADER) {
      throw new InvalidInput(
          "command line", 0, 0, "expected a frame of 14 bytes or more, found " + bytes.length);
    }
    Journey journey =
        Journey.of(
            datapath, session.pins(), datapath.device(device), direction, bytes, sideEffects);
    session.output().print(journey, journey::print);
    return ExitCode.OK;
  }
}
