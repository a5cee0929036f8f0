package dev.sluice.cli.tcx;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainReader;
import dev.sluice.cli.chain.DefunctLink;
import dev.sluice.cli.chain.DeviceHooks;
import dev.sluice.cli.chain.RunCounters;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice tcx list}: the chains of all devices, and links that lost theirs. */
@Command(
    name = "list",
    description = "List the programs in the chains of all devices, or of one.",
    mixinStandardHelpOptions = true)
public final class TcxListCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "DEV", description = "Only this device.")
  private @Nullable String device;

  /** The command for one session. */
  public TcxListCommand(Session session) {
    this.session = session;
  }

  /**
   * What was found.
   *
   * @param chains the chains that hold programs
   * @param defunct links that lost their attachment
   */
  record Listing(List<ChainListing> chains, List<DefunctLink> defunct) {}

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    List<Device> devices = device == null ? datapath.devices() : List.of(datapath.device(device));
    ChainReader reader = new ChainReader(datapath, session.pins(), new RunCounters.SinceLoad());
    List<ChainListing> chains = new ArrayList<>();
    for (Device each : devices) {
      chains.addAll(
          device == null
              ? DeviceHooks.unlessGone(() -> hooks(reader, each), List.of())
              : hooks(reader, each));
    }
    Listing listing = new Listing(chains, device == null ? defunct(datapath) : List.of());
    session.output().print(listing, output -> print(listing, output));
    return ExitCode.OK;
  }

  /** The chains of a device that hold something: in each direction TCX, then the classic hook. */
  private static List<ChainListing> hooks(ChainReader reader, Device each) {
    List<ChainListing> found = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      AttachPoint.AtDevice at = new AttachPoint.Tcx(each, direction);
      ChainListing first = reader.read(at, AttachMode.AUTO);
      found.add(first);
      if (first.attachMode().equals(AttachMode.TCX.title())) {
        found.add(reader.read(at, AttachMode.TC));
      }
    }
    found.removeIf(chain -> chain.programs().isEmpty());
    return found;
  }

  private List<DefunctLink> defunct(Datapath datapath) {
    try {
      return DefunctLink.list(datapath, session.pins());
    } catch (NotPermitted e) {
      session.note("defunct links are not listed: " + e.getMessage());
      return List.of();
    }
  }

  private static void print(Listing listing, Output output) {
    Table table =
        new Table(
            "DEVICE",
            "DIRECTION",
            "HOOK",
            ">REV",
            ">POS",
            ">ID",
            "NAME",
            "TAG",
            ">LINK",
            "OWNER",
            "PIN");
    for (ChainListing chain : listing.chains()) {
      for (ChainListing.Entry entry : chain.programs()) {
        table.row(
            chain.device(),
            chain.direction(),
            chain.attachMode(),
            chain.revision() == null ? "" : chain.revision().toString(),
            Integer.toString(entry.position()),
            Integer.toString(entry.id()),
            entry.title(),
            entry.tag() == null ? "" : entry.tag(),
            entry.link() == null ? "" : entry.link().toString(),
            entry.owner(),
            String.join(",", entry.pins()));
      }
    }
    if (table.isEmpty()) {
      output.line("no programs attached");
    } else {
      table.print(output);
    }
    if (!listing.defunct().isEmpty()) {
      output.line("");
      output.line("Links without a device (sluice tcx prune removes Sluice's own):");
      Table defunct = new Table(">LINK", ">ID", "DIRECTION", "SLUICE", "HELD BY");
      for (DefunctLink link : listing.defunct()) {
        defunct.row(
            Integer.toString(link.link()),
            Integer.toString(link.id()),
            link.direction(),
            link.mine() ? "yes" : "no",
            link.holders());
      }
      defunct.print(output);
    }
  }
}
