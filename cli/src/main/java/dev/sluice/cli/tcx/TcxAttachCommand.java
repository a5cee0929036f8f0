package dev.sluice.cli.tcx;

import dev.sluice.cli.attach.AnchorOptions;
import dev.sluice.cli.attach.KeepOptions;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Session;
import dev.sluice.cli.map.MapSetting;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.prog.OpenedProgram;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.ProgramInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice tcx attach}: puts a program into a chain, or leaves everything as it was. */
@Command(
    name = "attach",
    description = {
      "Attach a program to a device's chain.",
      "Its link is pinned below /sys/fs/bpf/sluice/links, so that it outlives the command."
    },
    mixinStandardHelpOptions = true)
public final class TcxAttachCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final HookParameters hook = new HookParameters();

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "PROGRAM",
      description =
          "A .o, .bpfasm, .java or .class file, a .jar, the path of a pinned program, or id:N.")
  private String program = "";

  @Option(
      names = "--java",
      paramLabel = "CLASS",
      description = "Instead of PROGRAM: a class that comes with Sluice, a .class file or a .jar.")
  private @Nullable String java;

  @Option(
      names = "--const",
      paramLabel = "NAME=NUMBER",
      description = "Set a constant of the program that --java names. May be repeated.")
  private List<String> constants = new ArrayList<>();

  @Option(
      names = "--program",
      paramLabel = "NAME",
      description = "Which of the file's programs, if it holds several.")
  private @Nullable String name;

  @ArgGroup(exclusive = true)
  private @Nullable AnchorOptions anchor;

  @Option(
      names = "--expect",
      paramLabel = "REV",
      description = "Only if the chain has this revision.")
  private long expect;

  @Option(
      names = "--mode",
      paramLabel = "auto|tcx|tc",
      description = "TCX, the classic hook, or TCX where it is there: the default.")
  private AttachMode mode = AttachMode.AUTO;

  @ArgGroup(exclusive = true)
  private @Nullable KeepOptions keep;

  @Option(
      names = "--pin-maps",
      paramLabel = "DIR",
      description = "Pin the program's maps in this folder under their names.")
  private @Nullable Path pinMaps;

  @Option(
      names = "--set",
      paramLabel = "MAP:KEY=VALUE",
      description = "Put an entry into one of the program's maps first. May be repeated.")
  private List<String> settings = new ArrayList<>();

  /** The command for one session. */
  public TcxAttachCommand(Session session) {
    this.session = session;
  }

  /**
   * What was attached, and where.
   *
   * @param device the device
   * @param direction which packets it sees
   * @param attachMode {@code TCX} or {@code TC}
   * @param id the program's number
   * @param name its name
   * @param tag its tag
   * @param position its place in the chain; null if it is gone again
   * @param revision the chain's; null at the classic hook
   * @param link the link's number; null without one
   * @param pin where the link is pinned; null if it is not
   * @param maps the maps that were made for it
   */
  record Attached(
      String device,
      String direction,
      String attachMode,
      int id,
      String name,
      String tag,
      @Nullable Integer position,
      @Nullable Long revision,
      @Nullable Integer link,
      @Nullable String pin,
      List<AttachedMap> maps) {}

  /**
   * A map that was made for the program.
   *
   * @param name its name
   * @param id its number
   * @param pin where it is pinned; null if it is not
   */
  record AttachedMap(String name, int id, @Nullable String pin) {}

  private ProgramSource source() {
    if (program.isEmpty() == (java == null)) {
      throw new InvalidInput("command line", 0, 0, "expected either PROGRAM or --java CLASS");
    }
    if (java == null && !constants.isEmpty()) {
      throw new InvalidInput("command line", 0, 0, "--const is for programs of --java");
    }
    return java == null ? ProgramSource.parse(program) : ProgramSource.ofJava(java, constants);
  }

  @Override
  public Integer call() {
    ProgramSource source = source();
    Datapath datapath = session.datapath();
    AttachPoint.Tcx at = hook.at(datapath);
    Chain chain = datapath.chain(at, mode);
    ChainState before = chain.query();
    if (before.hook() == Hook.TC && keep != null && keep.pin != null) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "a filter at the classic hook stays by itself and has no link to pin: leave --pin out");
    }
    AttachOptions options =
        new AttachOptions(AnchorOptions.resolve(anchor, datapath, before), expect);

    Link held = null;
    try (OpenedProgram opened = ProgramSource.open(source, datapath, name);
        Rollback rollback = new Rollback()) {
      for (String setting : settings) {
        MapSetting.parse(setting).putInto(opened.maps(), datapath.maps());
      }
      List<AttachedMap> maps = pinMaps(opened.maps(), rollback);
      Integer linkId = null;
      Path pin = null;
      if (keep != null && keep.hold) {
        held = chain.attach(opened.program(), options);
        rollback.add(held::close);
        linkId = held.info().id() == 0 ? null : held.info().id();
      } else if (before.hook() == Hook.TC || (keep != null && keep.bare)) {
        chain.attachProgram(opened.program(), options);
        rollback.add(() -> chain.detachProgram(opened.program(), 0));
      } else {
        pin = pinFor(at, opened.name(), datapath);
        session.pins().prepare(pin, rollback);
        try (Link link = chain.attach(opened.program(), options)) {
          link.pin(pin);
          linkId = link.info().id();
        }
        Path pinned = pin;
        rollback.add(() -> session.pins().remove(pinned));
      }
      ProgramInfo info = opened.program().info();
      ChainState after = chain.query();
      OptionalInt position = after.indexOfProgram(info.id());
      Attached attached =
          new Attached(
              at.device().name(),
              at.direction().toString(),
              after.hook().title(),
              info.id(),
              opened.name(),
              info.tag(),
              position.isPresent() ? position.getAsInt() : null,
              after.hook().hasRevision() ? after.revision() : null,
              linkId,
              pin == null ? null : pin.toString(),
              maps);
      session.output().print(attached, output -> print(attached, output));
      rollback.keep();
      if (held != null) {
        hold(held);
      }
    }
    return ExitCode.OK;
  }

  private List<AttachedMap> pinMaps(Map<String, BpfMap> maps, Rollback rollback) {
    List<AttachedMap> pinned = new ArrayList<>();
    maps.forEach(
        (mapName, map) -> {
          Path pin = pinMaps == null ? null : pinMaps.resolve(mapName);
          if (pin != null) {
            session.pins().prepare(pin, rollback);
            map.pin(pin);
            rollback.add(() -> session.pins().remove(pin));
          }
          pinned.add(
              new AttachedMap(mapName, map.info().id(), pin == null ? null : pin.toString()));
        });
    return pinned;
  }

  /** Where to pin. What Sluice pinned there for a device that is gone makes room. */
  private Path pinFor(AttachPoint.Tcx at, String programName, Datapath datapath) {
    if (keep != null && keep.pin != null) {
      return keep.pin;
    }
    PinLayout pins = session.pins();
    Path pin =
        pins.linkPin(
                PinLayout.inode(session.namespace()),
                at.device().name(),
                at.direction(),
                programName)
            .path();
    if (!PinLayout.exists(pin)) {
      return pin;
    }
    boolean defunct;
    try (Link old = datapath.links().openPinned(pin)) {
      defunct = old.info().isDefunct();
    } catch (NotFound e) {
      throw new Refusal(pin + " is in the way, and it is not a link");
    }
    if (!defunct) {
      throw new Refusal(
          programName
              + " is attached to "
              + at
              + " already, with its link pinned at "
              + pin
              + "; update it in place with sluice tcx update, or choose another place with --pin");
    }
    pins.remove(pin);
    return pin;
  }

  private static void print(Attached attached, Output output) {
    StringBuilder line = new StringBuilder();
    line.append("attached ").append(attached.name()).append(" (id ").append(attached.id());
    line.append(", tag ").append(attached.tag()).append(") to ");
    line.append(attached.attachMode().equals("TCX") ? "tcx:" : "tc:");
    line.append(attached.device()).append('/').append(attached.direction());
    if (attached.position() != null) {
      line.append(" at position ").append(attached.position());
    }
    if (attached.revision() != null) {
      line.append(", revision ").append(attached.revision());
    }
    output.line(line.toString());
    if (attached.link() != null) {
      output.line(
          attached.pin() == null
              ? "link " + attached.link()
              : "link " + attached.link() + " pinned at " + attached.pin());
    }
    for (AttachedMap map : attached.maps()) {
      output.line(
          "map "
              + map.name()
              + " (id "
              + map.id()
              + (map.pin() == null ? ")" : ") pinned at " + map.pin()));
    }
  }

  /**
   * Waits for Ctrl-C. The kernel drops a link with its last holder; a filter at the classic hook
   * has to be removed by hand, which the hook does.
   */
  private void hold(Link link) {
    Thread release = Thread.ofPlatform().unstarted(link::close);
    Runtime.getRuntime().addShutdownHook(release);
    nameProcess();
    session.note("holding the link; Ctrl-C detaches");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Runtime.getRuntime().removeShutdownHook(release);
      link.close();
      Thread.currentThread().interrupt();
    }
  }

  /** Others see who holds the link: {@code sluice}, not {@code java}. */
  private static void nameProcess() {
    try {
      Files.writeString(Path.of("/proc/self/comm"), "sluice");
    } catch (IOException _) {
      // Then it is called java: only listings are the poorer for it.
    }
  }
}
