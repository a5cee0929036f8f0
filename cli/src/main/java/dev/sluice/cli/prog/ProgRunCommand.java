package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.map.MapSetting;
import dev.sluice.cli.output.Output;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice prog run}: runs a program on one packet, away from any device. */
@Command(
    name = "run",
    description = {
      "Run a program on a packet, away from any device.",
      "  sluice prog run drop.bpfasm --packet 'udp 10.0.0.1:1000 > 10.0.0.2:53 len 100'"
    },
    mixinStandardHelpOptions = true)
public final class ProgRunCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      paramLabel = "PROGRAM",
      description = "A .o, .bpfasm or .java file, the path of a pinned program, or id:N.")
  private String target = "";

  @Option(
      names = "--program",
      paramLabel = "NAME",
      description = "Which of the file's programs, if it holds several.")
  private @Nullable String name;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private PacketOptions packet = new PacketOptions();

  /** Where the packet comes from. */
  static final class PacketOptions {
    @Option(
        names = "--packet",
        required = true,
        paramLabel = "WORDS",
        description =
            "udp|tcp|icmp ADDRESS:PORT > ADDRESS:PORT [len BYTES] [ttl N] [tos N] [vlan ID]")
    private @Nullable String described;

    @Option(
        names = "--hex",
        required = true,
        paramLabel = "BYTES",
        description = "The frame in hexadecimal, from its Ethernet header.")
    private @Nullable String hex;

    @Option(
        names = "--file",
        required = true,
        paramLabel = "FILE",
        description = "A file that holds the bytes of the frame.")
    private @Nullable Path file;
  }

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Run it so often and tell the mean time.")
  private int repeat = 1;

  @Option(
      names = "--ctx",
      paramLabel = "HEX",
      description = "The whole context in hexadecimal, in host byte order.")
  private @Nullable String context;

  @Option(names = "--mark", paramLabel = "N", description = "The packet's mark before the run.")
  private @Nullable String mark;

  @Option(
      names = "--priority",
      paramLabel = "N|MAJOR:MINOR",
      description = "The packet's priority or class before the run.")
  private @Nullable String priority;

  @Option(
      names = "--with",
      paramLabel = "FIELD=N",
      description =
          "Another field of the context: ifindex, ingress_ifindex, cb0 to cb4, tstamp, wire_len, …")
  private Map<String, String> fields = new LinkedHashMap<>();

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
   * What came of the run.
   *
   * @param verdict what the program returned
   * @param verdictName what that is called; null where it has no name
   * @param length the packet's bytes after the run
   * @param packet the packet after the run in hexadecimal
   * @param packetChange the bytes that changed; empty for none
   * @param contextChanges the context's fields that changed
   * @param repeat how often it ran
   * @param nanoseconds the mean time of a run
   */
  record Result(
      int verdict,
      @Nullable String verdictName,
      int length,
      String packet,
      String packetChange,
      List<SocketBuffer.Change> contextChanges,
      int repeat,
      long nanoseconds) {}

  @Override
  public Integer call() {
    if (repeat < 1) {
      throw new InvalidInput("command line", 0, 0, "--repeat must be 1 or more, not " + repeat);
    }
    Datapath datapath = session.datapath();
    byte[] frame = frame();
    try (OpenedProgram opened = ProgramSource.open(ProgramSource.parse(target), datapath, name)) {
      for (String setting : settings) {
        MapSetting.parse(setting).putInto(opened.maps(), datapath.maps());
      }
      ProgramType type = opened.program().info().type();
      boolean socketBuffer = type == ProgramType.SCHED_CLS || type == ProgramType.SCHED_ACT;
      SocketBuffer before = context(socketBuffer);
      TestRun run = TestRun.of(frame).repeated(repeat);
      if (socketBuffer) {
        run = run.withContext(before.toBytes());
      } else if (context != null) {
        run = run.withContext(Bytes.copyOf(hex(context, "--ctx")));
      }
      TestRun.Result result = opened.program().testRun(run);
      List<SocketBuffer.Change> changes =
          socketBuffer
              ? SocketBuffer.of(result.context().toArray())
                  .changesSince(before.withDefaults(frame.length))
              : List.of();
      byte[] after = result.packet().toArray();
      Result told =
          new Result(
              result.verdict(),
              VerdictName.of(type, result.verdict()),
              after.length,
              HexFormat.of().formatHex(after),
              DescribedPacket.difference(frame, after),
              changes,
              repeat,
              result.nanoseconds());
      session.output().print(told, output -> print(told, output));
    }
    return ExitCode.OK;
  }

  private byte[] frame() {
    if (packet.described != null) {
      return DescribedPacket.parse(packet.described);
    }
    if (packet.hex != null) {
      return hex(packet.hex, "--hex");
    }
    Path file = packet.file == null ? Path.of("") : packet.file;
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new NotFound("file", file.toString());
    } catch (IOException e) {
      throw new InvalidInput(file.toString(), 0, 0, "cannot be read: " + e.getMessage());
    }
  }

  private SocketBuffer context(boolean socketBuffer) {
    if (!socketBuffer && (mark != null || priority != null || !fields.isEmpty())) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "--mark, --priority and --with are for programs that see socket buffers; give --ctx");
    }
    SocketBuffer buffer =
        context == null || !socketBuffer
            ? SocketBuffer.empty()
            : SocketBuffer.of(hex(context, "--ctx"));
    fields.forEach(buffer::set);
    if (mark != null) {
      buffer.set("mark", mark);
    }
    if (priority != null) {
      buffer.set("priority", priority);
    }
    return buffer;
  }

  private static byte[] hex(String text, String option) {
    try {
      return HexFormat.of().parseHex(text.replaceAll("[\\s:]", ""));
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(
          "command line", 0, 0, option + ": expected pairs of hexadecimal digits, found " + text);
    }
  }

  private static void print(Result result, Output output) {
    output.line(
        "verdict "
            + (result.verdictName() == null
                ? Integer.toString(result.verdict())
                : result.verdictName() + " (" + result.verdict() + ")"));
    output.line(
        "packet  "
            + (result.packetChange().isEmpty()
                ? "unchanged, " + result.length() + " bytes"
                : "changed: " + result.packetChange()));
    for (SocketBuffer.Change change : result.contextChanges()) {
      output.line("context " + change);
    }
    output.line(
        "time    "
            + result.nanoseconds()
            + " ns"
            + (result.repeat() > 1 ? " a run, mean of " + result.repeat() : ""));
  }
}
