package dev.sluice.datapath.chain.classic;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.util.List;
import java.util.OptionalInt;

/**
 * The direct-action programs among a device's clsact filters, as a chain ({@code
 * net/sched/cls_bpf.c}): what stands in for TCX where the kernel has none.
 *
 * <p>Each program that is attached gets a filter with a priority of its own, between those of its
 * neighbours; nothing that is there is moved. Refusals are those of a TCX chain, made here, with
 * these differences: there is no revision to expect, no limit of 63 programs, and where no priority
 * is free between two neighbours the refusal is {@code ENOSPC}. The kernel knows no link here: a
 * filter stays when the process that attached it dies, and anybody may remove it.
 */
final class ClsactChain implements Chain {
  /** How often another priority is tried because somebody took the first one meanwhile. */
  private static final int RETRIES = 10;

  private final ClsactHook hook;
  private final OwnFilters own;

  ClsactChain(ClsactHook hook, OwnFilters own) {
    this.hook = hook;
    this.own = own;
  }

  @Override
  public AttachPoint.AtDevice at() {
    return hook.at();
  }

  @Override
  public ChainState query() {
    hook.require("query " + hook.at());
    return state(hook.filters());
  }

  private ChainState state(ClsactHook.Filters filters) {
    return new ChainState(hook.at(), Hook.TC, 0, filters.programs());
  }

  @Override
  public Link attach(Program program, AttachOptions options) {
    hook.requireOwn(program);
    synchronized (hook.lock()) {
      ChainEntry entry = add(program, options);
      ClsactLink link = new ClsactLink(hook, own, entry.place(), entry.programId());
      own.add(hook.at(), entry.place());
      return link;
    }
  }

  @Override
  public void attachProgram(Program program, AttachOptions options) {
    hook.requireOwn(program);
    synchronized (hook.lock()) {
      add(program, options);
    }
  }

  private ChainEntry add(Program program, AttachOptions options) {
    ProgramInfo info = program.info();
    String operation = "attach " + ChainRules.title(info) + " to " + hook.at();
    hook.require(operation);
    requireNoRevision(operation, options.expectedRevision());
    requireType(operation, info);
    for (int i = 0; ; i++) {
      ClsactHook.Filters filters = hook.filters();
      requireAbsent(operation, state(filters), info.id());
      int priority = priority(operation, filters, options.anchor());
      ChainEntry entry = add(operation, program, info.id(), priority);
      if (hook.filters().all().stream().filter(f -> f.priority() == priority).count() == 1) {
        return entry;
      }
      hook.remove(entry.place()); // somebody took the same priority: their order is theirs
      if (i == RETRIES) {
        hook.release();
        throw new KernelRejected(
            operation, Errno.EAGAIN.number(), null, "others keep changing the filters");
      }
    }
  }

  /** Adds a filter, leaving nothing behind if that fails. */
  private ChainEntry add(String operation, Program program, int id, int priority) {
    hook.open(operation);
    boolean added = false;
    try {
      hook.add(program, priority);
      for (ChainEntry entry : hook.filters().programs()) {
        if (entry.programId() == id && entry.place().priority() == priority) {
          added = true;
          return entry;
        }
      }
      throw new KernelRejected(
          operation, Errno.ENOENT.number(), null, "someone removed the filter as it was made");
    } finally {
      if (!added) {
        hook.release();
      }
    }
  }

  private int priority(String operation, ClsactHook.Filters filters, Anchor anchor) {
    FilterPriorities priorities = new FilterPriorities(operation, filters.priorities());
    return switch (anchor) {
      case Anchor.Head _ -> priorities.head();
      case Anchor.Tail _ -> priorities.tail();
      case Anchor.Before(Anchor.Target target) ->
          priorities.before(edge(operation, filters, target, true));
      case Anchor.After(Anchor.Target target) ->
          priorities.after(edge(operation, filters, target, false));
    };
  }

  /** The priority of an anchor, whose filter must be the outermost with it on that side. */
  private int edge(
      String operation, ClsactHook.Filters filters, Anchor.Target target, boolean first) {
    ChainEntry entry = find(operation, filters, target);
    int priority = entry.place().priority();
    if (filters.outermost(priority, first).handle() != entry.place().handle()) {
      throw new KernelRejected(
          operation,
          Errno.ENOSPC.number(),
          null,
          "%s shares priority %d with other filters, and there is no place between them"
              .formatted(target, priority));
    }
    return priority;
  }

  private ChainEntry find(String operation, ClsactHook.Filters filters, Anchor.Target target) {
    for (ChainEntry entry : filters.programs()) {
      if (target instanceof Anchor.ProgramId(int id) && entry.programId() == id) {
        return entry;
      }
    }
    throw new KernelRejected(
        operation,
        Errno.ENOENT.number(),
        null,
        "anchor " + hook.rules().title(target) + " is not in this chain");
  }

  private static void requireNoRevision(String operation, long expectedRevision) {
    if (expectedRevision != 0) {
      throw new Unsupported(
          "an expected revision at the classic hook",
          operation + ": clsact filters count no revision; only a TCX chain does");
    }
  }

  private static void requireType(String operation, ProgramInfo program) {
    if (program.type() != ProgramType.SCHED_CLS) {
      throw new KernelRejected(
          operation, Errno.EINVAL.number(), null, ChainRules.wrongType(Hook.TC, program));
    }
  }

  private void requireAbsent(String operation, ChainState state, int programId) {
    if (state.indexOfProgram(programId).isPresent()) {
      throw new KernelRejected(
          operation, Errno.EEXIST.number(), null, hook.rules().existing(state, programId));
    }
  }

  @Override
  public void replaceProgram(Program old, Program replacement, long expectedRevision) {
    hook.requireOwn(replacement);
    hook.requireOwn(old);
    ProgramInfo info = replacement.info();
    ProgramInfo oldInfo = old.info();
    String operation =
        "replace %s by %s at %s"
            .formatted(ChainRules.title(oldInfo), ChainRules.title(info), hook.at());
    hook.require(operation);
    requireNoRevision(operation, expectedRevision);
    requireType(operation, info);
    synchronized (hook.lock()) {
      ChainState state = state(hook.filters());
      requireAbsent(operation, state, info.id());
      ChainEntry entry = bare(operation, state, oldInfo.id());
      hook.replace(replacement, entry.place());
    }
  }

  /** The entry of a program that no link of this datapath owns. */
  private ChainEntry bare(String operation, ChainState state, int programId) {
    OptionalInt index = state.indexOfProgram(programId);
    if (index.isEmpty()) {
      String rule = hook.rules().missing(state, programId);
      throw new KernelRejected(operation, Errno.ENOENT.number(), null, rule);
    }
    return requireBare(operation, state.entries().get(index.getAsInt()));
  }

  private ChainEntry requireBare(String operation, ChainEntry entry) {
    if (own.contains(hook.at(), entry.place())) {
      throw new KernelRejected(
          operation,
          Errno.EBUSY.number(),
          null,
          "a link of this process owns this entry (filter with priority %d); only its holder can replace or remove it"
              .formatted(entry.place().priority()));
    }
    return entry;
  }

  @Override
  public void detachProgram(Program program, long expectedRevision) {
    hook.requireOwn(program);
    ProgramInfo info = program.info();
    String operation = "detach " + ChainRules.title(info) + " from " + hook.at();
    hook.require(operation);
    requireNoRevision(operation, expectedRevision);
    synchronized (hook.lock()) {
      hook.remove(bare(operation, state(hook.filters()), info.id()).place());
      hook.release();
    }
  }

  @Override
  public void detachAt(Anchor anchor, long expectedRevision) {
    String operation = "detach the program " + ChainRules.where(anchor) + " at " + hook.at();
    hook.require(operation);
    requireNoRevision(operation, expectedRevision);
    synchronized (hook.lock()) {
      ChainState state = state(hook.filters());
      List<ChainEntry> entries = state.entries();
      ChainEntry entry = entries.get(ChainRules.indexAt(operation, state, anchor));
      hook.remove(requireBare(operation, entry).place());
      hook.release();
    }
  }

  @Override
  public String toString() {
    return hook.at().toString();
  }
}
