package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.map.MapSetting;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice prog run}: runs a program on packets, away from any device. */
@Command(
    name = "run",
    description = {
      "Run a program on a packet or a capture, away from any device.",
      "  sluice prog run drop.bpfasm --packet 'udp 10.0.0.1:1000 > 10.0.0.2:53 len 100'",
      "  sluice prog run drop.o --pcap in.pcap --write out.pcapng --datapath engine"
    },
    mixinStandardHelpOptions = true)
public final class ProgRunCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      paramLabel = "PROGRAM",
      description = "A .o, .bpfasm or .java file, the path of a pinned program, or id:N.")
  private String target = "";

  @Mixin private final ProgramOptions program = new ProgramOptions();

  @Mixin private final DatapathOption where = new DatapathOption();

  @Mixin private final ContextOptions contexts = new ContextOptions();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private PacketOption packets = new PacketOption();

  @Option(
      names = "--frame",
      paramLabel = "N",
      description = "Only this packet of the capture, from 1.")
  private @Nullable Long frame;

  @Option(
      names = "--write",
      paramLabel = "OUT",
      description =
          "A .pcap or .pcapng file of the capture's packets as the program left them, whatever its"
              + " verdict.")
  private @Nullable Path written;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Run it so often on each packet and tell the mean time.")
  private int repeat = 1;

  @Option(
      names = "--set",
      paramLabel = "MAP:KEY=VALUE",
      description = "Put an entry into one of the file's maps first. May be repeated.")
  private List<String> settings = new ArrayList<>();

  /** The command for one session. */
  public ProgRunCommand(Session session) {
    this.session = session;
  }

  /**
   * What came of a capture.
   *
   * @param packets of each packet, in its order
   * @param totals of all of them; right once all packets were gone through
   */
  record Captured(Iterator<FrameOutcome> packets, CaptureTotals totals) {}

  @Override
  public Integer call() {
    check();
    where.use(session, this::run);
    return ExitCode.OK;
  }

  private void check() {
    if (repeat < 1) {
      throw invalid("--repeat must be 1 or more, not " + repeat);
    }
    if (packets.capture() == null && (frame != null || written != null)) {
      throw invalid("--frame and --write are for packets of --pcap");
    }
    if (frame != null && written != null) {
      throw invalid("--write is for a whole capture: give either --frame or --write");
    }
  }

  private static InvalidInput invalid(String problem) {
    return new InvalidInput("command line", 0, 0, problem);
  }

  private void run(Datapath datapath) {
    ProgramSource source = program.source(target);
    if (!(source instanceof ProgramSource.File)) {
      where.requireKernelFor(source.toString());
    }
    Path capture = packets.capture();
    // What is wrong with the packet is said before anything is loaded.
    byte[] single =
        capture == null
            ? packets.frame()
            : frame == null ? null : CapturedFrames.frame(capture, frame);
    try (OpenedProgram opened = ProgramSource.open(source, datapath, program.name)) {
      Program loaded = opened.program();
      ProgramType type = loaded.info().type();
      RunContext context = contexts.context(type);
      for (String setting : settings) {
        MapSetting.parse(setting).putInto(opened.maps(), datapath.maps());
      }
      if (single != null) {
        PacketRun run = PacketRun.of(loaded, type, context, frame, single, repeat);
        session.output().print(run, run::print);
      } else if (capture != null) {
        runCapture(
            capture, (number, bytes) -> PacketRun.of(loaded, type, context, number, bytes, repeat));
      }
    }
  }

  private void runCapture(Path capture, CaptureRun.Runner runner) {
    try (CapturedFrames frames = CapturedFrames.open(capture);
        WrittenFrames out = written == null ? null : WrittenFrames.open(written, capture)) {
      CaptureRun run = new CaptureRun(frames, runner, out);
      if (!run.hasNext()) {
        throw new InvalidInput(capture.toString(), 0, 0, "the capture holds no packets");
      }
      session.output().print(new Captured(run, run.totals()), run::print);
      if (run.totals().packets() == 0 && run.firstRefusal() != null) {
        throw run.firstRefusal();
      }
      if (out != null) {
        out.finish();
      }
    }
  }
}
