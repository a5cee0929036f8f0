package dev.sluice.cli.watch;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.DeviceHooks;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.ProgramInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice chain watch}: says what changes in the chains, as it happens. */
@Command(
    name = "watch",
    description = {
      "Say what comes, goes, moves and is replaced at the hooks of devices, until Ctrl-C.",
      "With -o json, each change is an object on a line of its own."
    },
    mixinStandardHelpOptions = true)
public final class ChainWatchCommand implements Callable<Integer> {
  private static final int SHORTEST = 10;

  private final Session session;
  private final Map<AttachPoint, List<ChainEntry>> known = new LinkedHashMap<>();
  private final Map<Integer, String> names = new LinkedHashMap<>();

  @Parameters(arity = "0..*", paramLabel = "DEV", description = "Only these devices.")
  private List<String> devices = new ArrayList<>();

  @Option(
      names = "--interval",
      paramLabel = "MS",
      description = "Look so often, in milliseconds: ${DEFAULT-VALUE} unless said otherwise.")
  private int interval = 200;

  @Option(names = "--for", paramLabel = "SECONDS", description = "End after so many seconds.")
  private @Nullable Integer seconds;

  @Option(
      names = "--keep-order",
      description = {
        "Put Sluice's programs back to where they wish to be, now and when others break that",
        "order; those of others are never moved."
      })
  private boolean keepOrder;

  /** The command for one session. */
  public ChainWatchCommand(Session session) {
    this.session = session;
  }

  /**
   * A change, as it is told.
   *
   * @param time when it was seen, which is up to an interval after it happened
   * @param hook where
   * @param change added, removed, moved or replaced
   * @param id the program's number
   * @param name its name; null where it is not known
   * @param link its link's number; null without one
   * @param position its place; the last one, if it was removed
   * @param before its place before; null if it was not there
   * @param replaced the number of the program whose place it took; null if it took none's
   */
  record Event(
      String time,
      String hook,
      String change,
      int id,
      @Nullable String name,
      @Nullable Integer link,
      int position,
      @Nullable Integer before,
      @Nullable Integer replaced) {
    @Override
    public String toString() {
      String what = name == null || name.isEmpty() ? "id:" + id : name + " (id " + id + ")";
      return "%s %s %s %s%s, position %d%s%s"
          .formatted(
              time,
              hook,
              change,
              what,
              link == null ? "" : ", link " + link,
              position,
              before == null || before == position ? "" : ", was " + before,
              replaced == null ? "" : ", in the place of id " + replaced);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    if (interval < SHORTEST) {
      throw new InvalidInput(
          "--interval", 0, 0, "expected " + SHORTEST + " ms or more, found " + interval);
    }
    if (seconds != null && seconds < 1) {
      throw new InvalidInput("--for", 0, 0, "expected 1 second or more, found " + seconds);
    }
    Datapath datapath = session.datapath();
    devices.forEach(datapath::device);
    long start = System.nanoTime();
    OrderKeeper keeper = keepOrder ? new OrderKeeper(session) : null;
    List<AttachPoint> changed = look(datapath, false);
    session.note("watching " + known.size() + " hooks; Ctrl-C ends");
    Thread end = Thread.ofPlatform().unstarted(this::waitForLine);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      while (seconds == null || System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
        if (keeper != null) {
          changed.forEach(keeper::keep);
        }
        Thread.sleep(interval);
        changed = look(datapath, true);
      }
    } finally {
      removeHook(end);
    }
    return ExitCode.OK;
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending: the hook has run.
    }
  }

  /** Whoever ends the process does not cut a line in two. */
  private synchronized void waitForLine() {
    session.output().out().flush();
  }

  /** Looks at all hooks; those that are not as they were when it last looked. */
  private List<AttachPoint> look(Datapath datapath, boolean tell) {
    Map<AttachPoint, List<ChainEntry>> now = new LinkedHashMap<>();
    for (Device device : datapath.devices()) {
      if (devices.isEmpty() || devices.contains(device.name())) {
        now.putAll(DeviceHooks.unlessGone(() -> chains(datapath, device), Map.of()));
      }
    }
    // Revisions are no help: that of a chain that empties starts over.
    List<AttachPoint> changed = new ArrayList<>();
    Map<AttachPoint, List<ChainEntry>> all = new LinkedHashMap<>(known);
    all.putAll(now);
    for (AttachPoint at : all.keySet()) {
      List<ChainEntry> entries = now.getOrDefault(at, List.of());
      // While a program is there, its name can be asked for; afterwards, it is too late.
      entries.forEach(entry -> name(datapath, entry.programId()));
      List<ChainChange> changes = ChainChange.between(known.getOrDefault(at, List.of()), entries);
      if (!changes.isEmpty()) {
        changed.add(at);
      }
      if (tell) {
        changes.forEach(change -> tell(at, change));
      }
    }
    known.clear();
    known.putAll(now);
    return changed;
  }

  private static Map<AttachPoint, List<ChainEntry>> chains(Datapath datapath, Device device) {
    Map<AttachPoint, List<ChainEntry>> found = new LinkedHashMap<>();
    for (AttachPoint at : DeviceHooks.of(device)) {
      ChainState chain = DeviceHooks.find(datapath, at);
      if (chain != null) {
        found.put(at, chain.entries());
      }
    }
    return found;
  }

  private void name(Datapath datapath, int id) {
    if (!names.containsKey(id)) {
      ProgramInfo info = ChainListing.programInfo(datapath, id);
      if (info != null) {
        names.put(id, info.name());
      }
    }
  }

  private synchronized void tell(AttachPoint at, ChainChange change) {
    ChainEntry entry = change.entry();
    Event event =
        new Event(
            Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
            at.toString(),
            change.kind().name().toLowerCase(Locale.ROOT),
            entry.programId(),
            names.get(entry.programId()),
            entry.hasLink() ? entry.linkId() : null,
            change.position(),
            change.before(),
            change.replaced());
    session.output().event(event);
  }
}
