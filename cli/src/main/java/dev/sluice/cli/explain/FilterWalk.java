package dev.sluice.cli.explain;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.explain.Walk.End;
import dev.sluice.cli.prog.TracedRun;
import dev.sluice.cli.prog.VerdictName;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Passage;
import dev.sluice.datapath.chain.classic.ClassicFilters;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks classic filters in their order ({@code tcf_classify}): BPF filters by test runs, u32 in the
 * engine. Filters of other kinds are told, and taken for ones that do not match.
 */
final class FilterWalk {
  /** What the root table of u32 is called by whoever does not know its number: TC_U32_ROOT. */
  private static final int ROOT_TABLE = 0xfff00000;

  private final Datapath datapath;
  private final ProgramRuns programs;
  private final Map<String, Integer> devices = new HashMap<>();

  FilterWalk(Datapath datapath, ProgramRuns programs) {
    this.datapath = datapath;
    this.programs = programs;
    datapath.devices().forEach(device -> devices.put(device.name(), device.index()));
  }

  /**
   * What a filter found.
   *
   * @param end how the packet's way ended; null if it goes on
   * @param classId the class that was chosen; null for none
   * @param matched whether a filter matched at all
   */
  record Found(@Nullable End end, @Nullable Handle classId, boolean matched) {
    static final Found NOTHING = new Found(null, null, false);
  }

  /** The filters of a hook, as they are called. */
  List<String> titles(AttachPoint.Clsact at) {
    return filters(at.device(), parent(at.direction())).stream()
        .filter(FilterEntry::isAsked)
        .map(entry -> title(entry) + " at " + at)
        .toList();
  }

  private static Handle parent(Direction direction) {
    return direction == Direction.INGRESS ? Handle.CLSACT_INGRESS : Handle.CLSACT_EGRESS;
  }

  /** How the way ended at a hook's filters; null if the packet goes on. */
  @Nullable End ask(
      AttachPoint.Clsact at, Traveller traveller, List<Step> steps, List<String> unseen) {
    List<FilterEntry> filters = filters(at.device(), parent(at.direction()));
    return ask(at.toString(), filters, traveller, steps, unseen).end();
  }

  /** What the filters of a qdisc or class say, in chain 0. */
  Found ask(Device device, Handle parent, String where, Traveller traveller, List<Step> steps) {
    return ask(where, filters(device, parent), traveller, steps, new ArrayList<>());
  }

  private List<FilterEntry> filters(Device device, Handle parent) {
    try {
      return datapath.trafficControl().filters(device, parent).stream()
          .filter(entry -> entry.chain() == null || entry.chain() == 0)
          .filter(entry -> entry.filter() != null)
          .toList();
    } catch (NotFound e) {
      return List.of();
    } catch (KernelRejected e) {
      if (e.is(Errno.EINVAL) || e.is(Errno.ENOENT) || e.is(Errno.EOPNOTSUPP)) {
        return List.of();
      }
      throw e;
    }
  }

  private Found ask(
      String where,
      List<FilterEntry> filters,
      Traveller traveller,
      List<Step> steps,
      List<String> unseen) {
    Found found = Found.NOTHING;
    int asked = 0;
    while (asked < filters.size() && !found.matched()) {
      FilterEntry first = filters.get(asked);
      int until = asked + 1;
      while (until < filters.size() && isTogether(first, filters.get(until))) {
        until++;
      }
      List<FilterEntry> together = filters.subList(asked, until);
      boolean sees =
          first.protocol() == Change.OfFilter.ALL_PROTOCOLS
              || first.protocol() == traveller.protocol();
      if (sees) {
        found = askTogether(where, together, traveller, steps);
      }
      asked = until;
    }
    filters.stream()
        .skip(asked)
        .filter(FilterEntry::isAsked)
        .forEach(entry -> unseen.add(title(entry) + " at " + where));
    return found;
  }

  /** Whether they are asked as one: u32 filters of one priority; others each for itself. */
  private static boolean isTogether(FilterEntry one, FilterEntry other) {
    return one.kind().equals("u32")
        && other.kind().equals("u32")
        && one.priority() == other.priority()
        && one.protocol() == other.protocol();
  }

  private Found askTogether(
      String where, List<FilterEntry> together, Traveller traveller, List<Step> steps) {
    FilterEntry first = together.getFirst();
    if (first.filter() instanceof BpfFilter bpf) {
      return askBpf(where, first, bpf, traveller, steps);
    }
    if (first.kind().equals("u32")) {
      return askU32(where, together, traveller, steps);
    }
    steps.add(
        new Step(
            where,
            title(first),
            "",
            List.of(),
            "not judged: Sluice does not model this kind, and takes it for one that does not"
                + " match"));
    return Found.NOTHING;
  }

  private Found askU32(
      String where, List<FilterEntry> together, Traveller traveller, List<Step> steps) {
    FilterEntry first = together.getFirst();
    int handle;
    try {
      handle =
          new U32Model(first.device(), first.parent(), together, rootOf(first), devices)
              .match(traveller.packet(), traveller.mark(), traveller.ingressIndex());
    } catch (SluiceException e) {
      steps.add(
          new Step(
              where,
              "u32 pref " + first.priority(),
              "",
              List.of(),
              "not judged: " + e.getMessage()));
      return Found.NOTHING;
    }
    for (FilterEntry entry : together) {
      if (handle != 0 && entry.handle() == handle && entry.filter() instanceof U32 filter) {
        return act(
            where, title(entry), "matches", filter.classId(), filter.actions(), steps, List.of());
      }
    }
    long count = together.stream().filter(FilterEntry::isAsked).count();
    steps.add(
        Step.of(
            where,
            "u32 pref %d, %d filter%s".formatted(first.priority(), count, count == 1 ? "" : "s"),
            "no match"));
    return Found.NOTHING;
  }

  /** The number of the table that a packet is looked up in first. */
  private int rootOf(FilterEntry filter) {
    return datapath
        .trafficControl()
        .filter(
            filter.device(),
            filter.parent(),
            filter.priority(),
            filter.protocol(),
            null,
            ROOT_TABLE,
            filter.kind())
        .handle();
  }

  private Found askBpf(
      String where, FilterEntry entry, BpfFilter filter, Traveller traveller, List<Step> steps) {
    String title = title(entry);
    if (!(filter.source() instanceof BpfFilter.Installed installed) || installed.id() == 0) {
      steps.add(
          new Step(where, title, "", List.of(), "not judged: its program cannot be run by number"));
      return Found.NOTHING;
    }
    ProgramRuns.Outcome outcome =
        programs.run(
            installed.id(),
            ProgramType.SCHED_CLS,
            traveller,
            ClassicFilters.own(entry) != null,
            entry.device().index());
    TracedRun run = outcome.run();
    if (run == null) {
      steps.add(new Step(where, title, "", List.of(), outcome.refusal()));
      return new Found(
          new End("the way ends where a program was not run", title + " at " + where, false),
          null,
          true);
    }
    traveller.take(run);
    if (filter.directAction()) {
      steps.add(new Step(where, title, run.verdictText(), run.changes(), null));
      return Passage.of(Hook.TC, run.verdict()) == Passage.NEXT
          ? Found.NOTHING
          : new Found(Walk.ending(run.verdict(), title + " at " + where), null, true);
    }
    if (run.verdict() == 0) {
      steps.add(new Step(where, title, "no match", run.changes(), null));
      return Found.NOTHING;
    }
    Handle chosen = run.verdict() == -1 ? filter.classId() : new Handle(run.verdict());
    return act(where, title, "matches", chosen, filter.actions(), steps, run.changes());
  }

  /** What a filter that matched does ({@code tcf_exts_exec}). */
  private Found act(
      String where,
      String title,
      String said,
      @Nullable Handle chosen,
      List<Action> actions,
      List<Step> steps,
      List<String> changes) {
    String toClass = chosen == null ? "" : ", class " + chosen;
    steps.add(new Step(where, title, said + toClass, changes, null));
    for (Action action : actions) {
      String who = "action " + action.kind() + " of " + title;
      switch (action) {
        case Action.Gact gact -> {
          steps.add(Step.of(where, who, verdict(gact.control())));
          Found found = controlled(gact.control(), who + " at " + where, chosen);
          if (found != null) {
            return found;
          }
        }
        case Action.Mirred mirred -> {
          String to = name(mirred.deviceIndex());
          boolean copy =
              mirred.mode() == Action.Mirred.Mode.EGRESS_MIRROR
                  || mirred.mode() == Action.Mirred.Mode.INGRESS_MIRROR;
          steps.add(Step.of(where, who, (copy ? "copy to " : "redirect to ") + to));
          if (!copy) {
            return new Found(
                new End("redirected to " + to, who + " at " + where, true), chosen, true);
          }
          Found found = controlled(mirred.control(), who + " at " + where, chosen);
          if (found != null) {
            return found;
          }
        }
        case Action.Unknown _ -> {
          steps.add(new Step(where, who, "", List.of(), "Sluice does not model this action"));
          return new Found(
              new End("the way ends at an action that is not modelled", who, false), chosen, true);
        }
      }
    }
    return new Found(null, chosen, true);
  }

  /** What a control number of an action leads to; null for the next action. */
  private static @Nullable Found controlled(int control, String who, @Nullable Handle chosen) {
    if (control == Action.Control.PIPE.number()) {
      return null;
    }
    if (control == Action.Control.CONTINUE.number()) {
      return Found.NOTHING;
    }
    return new Found(Walk.ending(control, who), chosen, true);
  }

  private static String verdict(int control) {
    return VerdictName.text(VerdictName.of(ProgramType.SCHED_CLS, control), control);
  }

  private String name(int index) {
    return devices.entrySet().stream()
        .filter(device -> device.getValue() == index)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("device " + index);
  }

  static String title(FilterEntry entry) {
    String number =
        entry.kind().equals("u32")
            ? U32.handleText(entry.handle())
            : "0x" + Integer.toHexString(entry.handle());
    String program =
        entry.filter() instanceof BpfFilter bpf
                && bpf.source() instanceof BpfFilter.Installed installed
            ? " " + installed.name() + " (id " + installed.id() + ")"
            : "";
    return "%s pref %d %s%s".formatted(entry.kind(), entry.priority(), number, program);
  }
}
