package dev.sluice.datapath.chain.classic;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The filters of one direction at a device's clsact qdisc. */
final class ClsactHook {
  private static final String KIND = "bpf";

  private final AttachPoint.AtDevice at;
  private final ClsactQdiscs qdiscs;
  private final Predicate<Device> exists;
  private final Consumer<Program> guard;
  private final ChainRules rules;

  /**
   * A hook.
   *
   * @param exists whether a device is still there
   * @param guard refuses programs of another datapath
   * @param rules the words of refusals
   */
  ClsactHook(
      AttachPoint.AtDevice at,
      ClsactQdiscs qdiscs,
      Predicate<Device> exists,
      Consumer<Program> guard,
      ChainRules rules) {
    this.at = at;
    this.qdiscs = qdiscs;
    this.exists = exists;
    this.guard = guard;
    this.rules = rules;
  }

  /** The words of refusals. */
  ChainRules rules() {
    return rules;
  }

  /** Refuses a program of another datapath. */
  void requireOwn(Program program) {
    guard.accept(program);
  }

  AttachPoint.AtDevice at() {
    return at;
  }

  /** Changes at the hooks of a namespace exclude one another. */
  Object lock() {
    return qdiscs;
  }

  private Device device() {
    return at.device();
  }

  private Handle parent() {
    return ClsactQdiscs.parent(at.direction());
  }

  /** Whether the device is still there. */
  boolean isThere() {
    return exists.test(device());
  }

  /** Refuses if the device is gone. */
  void require(String operation) {
    if (!isThere()) {
      throw new KernelRejected(
          operation,
          Errno.ENODEV.number(),
          null,
          "device %s (index %d) is gone".formatted(device(), device().index()));
    }
  }

  /**
   * What is at the hook.
   *
   * @param programs the direct-action programs in the order they run
   * @param priorities every priority in use, by filters of whatever kind
   * @param all every filter in the order they are asked, heads of lists left out
   */
  record Filters(List<ChainEntry> programs, TreeSet<Integer> priorities, List<FilterEntry> all) {
    /** The first or last filter of a priority. */
    FilterEntry outermost(int priority, boolean first) {
      List<FilterEntry> same = all.stream().filter(f -> f.priority() == priority).toList();
      return first ? same.getFirst() : same.getLast();
    }
  }

  Filters filters() {
    List<ChainEntry> programs = new ArrayList<>();
    TreeSet<Integer> priorities = new TreeSet<>();
    List<FilterEntry> all = new ArrayList<>();
    for (FilterEntry entry : qdiscs.trafficControl().filters(device(), parent())) {
      Integer chain = entry.chain();
      if (chain != null && chain != 0) {
        continue; // asked only when an action goes there
      }
      priorities.add(entry.priority());
      if (entry.filter() != null) {
        all.add(entry);
        BpfFilter.Installed program = directAction(entry);
        if (program != null) {
          programs.add(new ChainEntry(program.id(), 0, place(entry)));
        }
      }
    }
    return new Filters(programs, priorities, all);
  }

  private static BpfFilter.@Nullable Installed directAction(FilterEntry entry) {
    return entry.filter() instanceof BpfFilter filter
            && filter.directAction()
            && filter.source() instanceof BpfFilter.Installed installed
        ? installed
        : null;
  }

  private static ChainEntry.Place place(FilterEntry entry) {
    return new ChainEntry.Place(entry.priority(), entry.protocol(), entry.handle());
  }

  /** The number of the program that a place's filter holds; 0 if there is no such filter. */
  int programAt(ChainEntry.Place place) {
    if (!isThere()) {
      return 0;
    }
    try {
      FilterEntry entry =
          qdiscs
              .trafficControl()
              .filter(
                  device(),
                  parent(),
                  place.priority(),
                  place.protocol(),
                  null,
                  place.handle(),
                  KIND);
      BpfFilter.Installed program = directAction(entry);
      return program == null ? 0 : program.id();
    } catch (NotFound _) {
      return 0;
    } catch (KernelRejected e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.EINVAL) || e.is(Errno.ENODEV)) {
        return 0; // the filter's list, the qdisc or the device is gone
      }
      throw e;
    }
  }

  /** Makes the qdisc if it is missing. */
  void open(String operation) {
    qdiscs.ensure(operation, device(), at.direction());
  }

  /** Removes the qdisc if it was made here and nothing is left in it. */
  void release() {
    qdiscs.release(device());
  }

  /** Adds a filter with a priority; the kernel gives it a handle. */
  void add(Program program, int priority) {
    qdiscs
        .trafficControl()
        .apply(
            Change.OfFilter.add(
                device(),
                parent(),
                priority,
                Change.OfFilter.ALL_PROTOCOLS,
                BpfFilter.directAction(program, ClassicFilters.name(program.info().name()))));
  }

  /** Puts a program into the filter at a place, in one step. */
  void replace(Program program, ChainEntry.Place place) {
    BpfFilter filter = BpfFilter.directAction(program, ClassicFilters.name(program.info().name()));
    qdiscs
        .trafficControl()
        .apply(
            new Change.OfFilter(
                Change.Verb.REPLACE,
                device(),
                parent(),
                place.priority(),
                place.protocol(),
                null,
                place.handle(),
                KIND,
                filter,
                null));
  }

  /** Removes the filter at a place. */
  void remove(ChainEntry.Place place) {
    qdiscs
        .trafficControl()
        .apply(
            Change.OfFilter.delete(
                device(), parent(), place.priority(), place.protocol(), place.handle(), KIND));
  }
}
