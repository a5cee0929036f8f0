package dev.sluice.cli.simulation;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.map.MapSetting;
import dev.sluice.cli.output.Numbers;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import dev.sluice.cli.tc.Units;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.observe.report.ChartFiles;
import dev.sluice.observe.report.HtmlPage;
import dev.sluice.observe.report.Report;
import dev.sluice.packet.capture.CaptureReader;
import dev.sluice.policy.document.PolicyReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice try}: what a configuration would do to traffic, before it is live. */
@Command(
    name = "try",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a configuration on traffic in the engine, and shows what becomes of the packets.",
      "",
      "Nothing on this machine is touched: no root, no kernel feature, no Linux is needed. Time is"
          + " virtual, and the same input with the same seed gives the same result.",
    },
    footer = {
      "",
      "Examples: sluice try -f policy.yaml --traffic shop.yaml",
      "          sluice try --tc shop.tc --traffic shop.yaml --report shop.html",
      "Exit codes: 0 done, 1 wrong input or a tc command that fails, 2 a program was refused.",
    })
public final class TryCommand implements Callable<Integer> {
  private static final Pattern LIVE = Pattern.compile("live(?:,([1-9][0-9]{0,3}))?");
  private static final int USUAL_SECONDS = 5;
  private static final int MOST_SECONDS = 3600;

  private final Session session;

  @Option(
      names = "--tc",
      paramLabel = "FILE",
      description = "A batch of tc commands, as tc -batch takes it: what is to be tried.")
  private @Nullable Path commands;

  @Option(names = "--force", description = "Leave out tc commands that fail, as tc -force does.")
  private boolean force;

  @Option(
      names = {"-f", "--policy"},
      paramLabel = "FILE",
      description = "A file with policies (TrafficPolicy): what is to be tried. May be repeated.")
  private List<Path> policies = new ArrayList<>();

  @Option(
      names = "--compare",
      paramLabel = "live[,SECONDS]",
      description =
          "Put beside each rule and class of the policies what it does on this machine, where they"
              + " are applied: watched for 5 seconds unless told.")
  private @Nullable String comparison;

  @Option(
      names = "--tcx",
      paramLabel = "[[DEV/]ingress|egress=]FILE",
      description =
          "A program to attach to a TCX chain, behind those before it; to the egress of the only"
              + " device unless told or the program is for ingress. May be repeated.")
  private List<String> programs = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "MAP:KEY=VALUE",
      description = "Put an entry into a map of the programs first. May be repeated.")
  private List<String> settings = new ArrayList<>();

  @ArgGroup(multiplicity = "1")
  private @Nullable TrafficChoice traffic;

  /** What is sent. */
  static final class TrafficChoice {
    @Option(
        names = "--pcap",
        paramLabel = "IN",
        required = true,
        description = "Send the packets of a capture: pcap or pcapng, also with .gz.")
    private @Nullable Path capture;

    @Option(
        names = "--traffic",
        paramLabel = "FILE",
        required = true,
        description = "Send the flows that a YAML or JSON file describes.")
    private @Nullable Path description;
  }

  @Option(
      names = "--direction",
      paramLabel = "out|in",
      defaultValue = "out",
      description = "Whether the capture's packets leave by the device or arrive at it: out.")
  private String direction = "out";

  @Option(
      names = "--speed",
      paramLabel = "FACTOR|max",
      defaultValue = "1",
      description =
          "How many times as fast as it was captured the capture is sent; max for as fast as the"
              + " device takes it.")
  private String speed = "1";

  @Option(
      names = "--wire",
      paramLabel = "RATE[,DELAY]",
      description =
          "The wire behind the device for a capture: 10mbit,5ms. As a veth pair unless told.")
  private @Nullable String wire;

  @Option(
      names = "--report",
      paramLabel = "OUT.html",
      description = "Write a report with charts over time, as one page.")
  private @Nullable Path report;

  @Option(
      names = "--charts",
      paramLabel = "FOLDER",
      description = "Write the charts as PNG and SVG into a folder.")
  private @Nullable Path charts;

  @Option(
      names = "--write",
      paramLabel = "OUT.pcapng",
      description = "Write the packets that left, with their class, and those that were dropped.")
  private @Nullable Path written;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What all chance follows from: 1 unless told.")
  private long seed = 1;

  private String batch = "";

  /** The command of a run. */
  public TryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    checkFiles();
    batch = commands == null ? "" : read(commands);
    Setup setup =
        new Setup(
            commands == null ? null : new Setup.Batch(commands.toString(), batch, force),
            policies.stream().flatMap(file -> PolicyReader.read(file).stream()).toList(),
            programs.stream().map(TcxProgram::parse).toList(),
            settings.stream().map(MapSetting::parse).toList(),
            traffic(),
            seed,
            written);
    Duration time = watched();
    LiveComparison live =
        time == null ? null : LiveComparison.watch(session, setup.policies(), time);
    // Files are written while packets are not in their place yet, so that all or none are.
    Findings findings = Simulation.run(setup, this::write);
    Outcome trial = findings.outcome();
    Outcome outcome = live == null ? trial : live.beside(trial);
    outcome.warnings().forEach(session::note);
    session.output().print(outcome, output -> print(outcome, output));
    return ExitCode.OK;
  }

  private @Nullable Duration watched() {
    String text = comparison;
    if (text == null) {
      return null;
    }
    if (policies.isEmpty()) {
      throw new InvalidInput(
          "command line", 0, 0, "--compare is about policies: expected -f FILE with it");
    }
    Matcher matcher = LIVE.matcher(text);
    int seconds =
        !matcher.matches()
            ? 0
            : matcher.group(1) == null ? USUAL_SECONDS : Integer.parseInt(matcher.group(1));
    if (seconds < 1 || seconds > MOST_SECONDS) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "expected live, or live,SECONDS with 1 to 3600 seconds, behind --compare; found " + text);
    }
    return Duration.ofSeconds(seconds);
  }

  private static @Nullable Path first(@Nullable Path one, @Nullable Path other) {
    return one != null ? one : other;
  }

  private void checkFiles() {
    OutputFiles files = new OutputFiles();
    files.reads("--tc", commands);
    policies.forEach(file -> files.reads("--policy", file));
    if (traffic != null) {
      files.reads("--pcap", traffic.capture);
      files.reads("--traffic", traffic.description);
    }
    for (String program : programs) {
      files.reads("--tcx", Path.of(program.substring(program.indexOf('=') + 1)));
    }
    files.writes("--report", report);
    files.writes("--write", written);
    files.writesInto("--charts", charts);
  }

  private static String read(Path file) {
    try {
      String text = Files.readString(file);
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new NotFound("file", file.toString());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static InvalidInput unreadable(Path file, IOException e) {
    String problem =
        switch (e) {
          case AccessDeniedException _ -> "no permission to read the file";
          case CharacterCodingException _ -> "expected text in UTF-8";
          default -> "cannot be read: " + e.getMessage();
        };
    return new InvalidInput(file.toString(), 0, 0, problem);
  }

  private Setup.Traffic traffic() {
    TrafficChoice choice = traffic;
    if (choice != null && choice.description != null) {
      requireNone("--wire", wire == null, "wire:");
      requireNone("--direction", direction.equals("out"), "direction: of each flow");
      requireNone("--speed", speed.equals("1"), "the rates of its flows");
      return new Setup.Described(TrafficFile.read(choice.description));
    }
    Path file = choice == null ? null : choice.capture;
    if (file == null) {
      throw new InvalidInput("command line", 0, 0, "expected --pcap or --traffic");
    }
    return new Setup.Captured(
        file.toString(),
        () -> {
          try {
            return CaptureReader.open(file);
          } catch (NoSuchFileException e) {
            throw new NotFound("file", file.toString());
          } catch (IOException e) {
            throw unreadable(file, e);
          }
        },
        direction(),
        speed(),
        wire());
  }

  private static void requireNone(String option, boolean absent, String instead) {
    if (!absent) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "%s is for a capture: a traffic file has %s".formatted(option, instead));
    }
  }

  private Direction direction() {
    return switch (direction) {
      case "out" -> Direction.EGRESS;
      case "in" -> Direction.INGRESS;
      default ->
          throw new InvalidInput(
              "command line", 0, 0, "expected out or in behind --direction, found " + direction);
    };
  }

  private double speed() {
    if (speed.equals("max")) {
      return Double.POSITIVE_INFINITY;
    }
    try {
      double factor = Double.parseDouble(speed);
      if (factor > 0 && factor < Double.POSITIVE_INFINITY) {
        return factor;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InvalidInput(
        "command line", 0, 0, "expected a factor above 0, or max, behind --speed; found " + speed);
  }

  private WireSpec wire() {
    if (wire == null) {
      return WireSpec.VETH;
    }
    String[] parts = wire.split(",", -1);
    Rate rate = Units.rate(parts[0]);
    Long delay = parts.length > 1 ? TrafficFile.nanoseconds(parts[1]) : Long.valueOf(0);
    if (parts.length > 2 || rate == null || rate.bytesPerSecond() == 0 || delay == null) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "expected RATE[,DELAY] such as 10mbit,5ms behind --wire, found " + wire);
    }
    return new WireSpec(rate, delay);
  }

  private void write(Findings findings) {
    if (report == null && charts == null) {
      return;
    }
    Path sent = traffic == null ? null : first(traffic.capture, traffic.description);
    String title =
        Stream.concat(policies.stream(), Stream.of(commands, sent))
            .filter(Objects::nonNull)
            .map(file -> String.valueOf(file.getFileName()))
            .collect(Collectors.joining(" on "));
    Report whole = OutcomeReport.of(title, batch, findings);
    try {
      if (report != null) {
        HtmlPage.write(whole, report);
      }
      if (charts != null) {
        ChartFiles.write(whole, charts);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints the tables of an outcome. */
  static void print(Outcome outcome, Output output) {
    Outcome.Totals totals = outcome.totals();
    output.line(
        "%s packets offered, %s arrived, %s dropped"
            .formatted(
                Numbers.count(totals.offered().packets()),
                Numbers.count(totals.received().packets()),
                Numbers.count(totals.dropped())));
    for (Report.Grid grid : OutcomeTables.grids(outcome)) {
      output.line("");
      output.line(output.paint().bold(grid.heading()));
      Table table = new Table(grid.columns().toArray(String[]::new));
      grid.rows().forEach(row -> table.row(row.toArray(String[]::new)));
      table.print(output.out(), "  ", output.paint());
    }
    if (!outcome.observations().isEmpty()) {
      output.line("");
      output.line(output.paint().bold("What stands out"));
      outcome.observations().forEach(line -> output.line("  " + line));
    }
  }
}
