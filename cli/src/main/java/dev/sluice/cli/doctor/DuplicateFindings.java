package dev.sluice.cli.doctor;

import dev.sluice.cli.attach.JumpTables;
import dev.sluice.cli.attach.OwnLink;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.cli.chain.HookAddress;
import dev.sluice.cli.chain.HookListing;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.classic.ClassicFilters;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Programs that see each packet twice: in one chain, or at TCX and at the classic hook behind it.
 *
 * <p>A chain holds a loaded program once, so there a duplicate is the same instructions loaded
 * again. Only those with the same maps surely do the same: values in maps are part of what a
 * program does.
 *
 * @param scope what is looked at
 * @param device a device
 * @param hooks its hooks
 */
record DuplicateFindings(Scope scope, Device device, List<HookListing> hooks) {
  /** A program at a hook. */
  private record Seat(HookListing hook, HookListing.Line line) {
    ChainListing.Entry program() {
      return line.program();
    }

    boolean isFilter() {
      return program().handle() != null;
    }

    @Override
    public String toString() {
      return program()
          + " at "
          + hook.hook()
          + (isFilter() ? ", priority " + program().preference() : "");
    }
  }

  void addTo(List<Finding> findings) {
    for (String way : List.of("/ingress", "/egress", "/primary", "/peer")) {
      List<Seat> seats = new ArrayList<>();
      for (HookListing hook : hooks) {
        if (hook.hook().endsWith(way)) {
          hook.programs().forEach(line -> seats.add(new Seat(hook, line)));
        }
      }
      for (int later = 1; later < seats.size(); later++) {
        for (int earlier = 0; earlier < later; earlier++) {
          Finding finding = compare(seats.get(earlier), seats.get(later));
          if (finding != null) {
            findings.add(finding);
            break;
          }
        }
      }
    }
  }

  private @Nullable Finding compare(Seat first, Seat second) {
    boolean same = first.program().id() == second.program().id();
    if (!same && !isSimilar(first.program(), second.program())) {
      return null;
    }
    String problem = "%s is %s, too".formatted(first, second);
    if (same || maps(first).equals(maps(second))) {
      Runnable repair = repair(first, second);
      return new Finding(
          Check.DUPLICATE_PROGRAM,
          second.hook().hook(),
          problem + ": packets meet it twice",
          fix(second, repair != null),
          repair);
    }
    return new Finding(
        Check.SIMILAR_PROGRAMS,
        second.hook().hook(),
        problem + ", with other maps: packets meet the same instructions twice",
        "if one of them is left over, " + fix(second, false));
  }

  private static boolean isSimilar(ChainListing.Entry one, ChainListing.Entry other) {
    return one.tag() != null && one.tag().equals(other.tag()) && one.title().equals(other.title());
  }

  /** None of a program that went, or that the caller may not look at. */
  private List<Integer> maps(Seat seat) {
    ProgramInfo info = ChainListing.programInfo(scope.datapath(), seat.program().id());
    return info == null ? List.of(-seat.program().id()) : info.mapIds();
  }

  private static String fix(Seat seat, boolean ours) {
    return seat.isFilter() && !ours
        ? "remove the filter: sluice tc filter del dev ... pref " + seat.program().preference()
        : "detach the second: sluice detach --from %s id:%d"
            .formatted(seat.hook().hook(), seat.program().id());
  }

  /** Takes the second out where both are ours, and surely do the same. */
  private @Nullable Runnable repair(Seat first, Seat second) {
    if (!isPinned(first)) {
      return null;
    }
    AttachPoint at = HookAddress.parse(second.hook().hook()).in(scope.datapath());
    if (second.isFilter()) {
      boolean same = first.program().id() == second.program().id();
      return same && at instanceof AttachPoint.Clsact classic && isOwnFilter(classic, second)
          ? () -> removeFilter(classic, second)
          : null;
    }
    return isPinned(second) ? () -> detach(at, second) : null;
  }

  /** Whether it was attached by {@code sluice attach}; policies look after their own. */
  private boolean isPinned(Seat seat) {
    return seat.program().pins().stream()
        .map(Path::of)
        .anyMatch(pin -> scope.pins().parsed(pin) != null);
  }

  private boolean isOwnFilter(AttachPoint.Clsact at, Seat seat) {
    return ClassicFilters.at(scope.datapath().trafficControl(), at).stream()
        .filter(filter -> Integer.valueOf(filter.priority()).equals(seat.program().preference()))
        .map(ClassicFilters::own)
        .anyMatch(own -> own != null && own.id() == seat.program().id());
  }

  private void removeFilter(AttachPoint.Clsact at, Seat seat) {
    Datapath datapath = scope.datapath();
    try (Program program = datapath.programs().open(seat.program().id())) {
      datapath.chain(at, AttachMode.TC).detachProgram(program, 0);
    } catch (NotFound _) {
      // Somebody else removed it.
    } catch (KernelRejected e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private void detach(AttachPoint at, Seat seat) {
    int link = seat.program().link() == null ? 0 : seat.program().link();
    ChainEntry entry = new ChainEntry(seat.program().id(), link, ChainEntry.Place.NONE);
    try (OwnLink own =
        OwnLink.open(scope.datapath(), scope.pins(), at, new ChainTarget.ByLink(link), entry)) {
      own.detach(scope.pins());
    }
    JumpTables.detached(entry.programId(), scope.datapath(), scope.pins());
  }
}
