package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.EngineProgram;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A chain with an order as its users see it: the rules of {@link OrderedHook}, in words where one
 * is broken.
 */
final class EngineChain implements Chain {
  private final ChainScene scene;
  private final Function<String, OrderedHook> hooks;
  private final AttachPoint at;

  /**
   * A chain.
   *
   * @param hooks finds its hook each time that it is used, or throws; it is given what messages
   *     call what is done there
   * @param at where it is
   */
  EngineChain(ChainScene scene, Function<String, OrderedHook> hooks, AttachPoint at) {
    this.scene = scene;
    this.hooks = hooks;
    this.at = at;
  }

  @Override
  public AttachPoint at() {
    return at;
  }

  private OrderedHook hook(String operation) {
    return hooks.apply(operation);
  }

  @Override
  public ChainState query() {
    synchronized (scene.machine()) {
      return state(hook("query " + at));
    }
  }

  /** The state under the name by which the chain was asked for. */
  private ChainState state(OrderedHook hook) {
    ChainState state = hook.state();
    return new ChainState(at, state.hook(), state.revision(), state.entries());
  }

  @Override
  public Link attach(Program program, AttachOptions options) {
    synchronized (scene.machine()) {
      EngineProgram added = scene.programOf(program);
      OrderedHook hook = hookFor(program, options);
      int index = place(hook, program, true, options);
      EngineLink link = new EngineLink(scene.machine(), hook, added);
      hook.insert(index, added, link);
      return new LinkHandle(scene, link);
    }
  }

  @Override
  public void attachProgram(Program program, AttachOptions options) {
    synchronized (scene.machine()) {
      EngineProgram added = scene.programOf(program);
      OrderedHook hook = hookFor(program, options);
      hook.insert(place(hook, program, false, options), added, null);
    }
  }

  private String attaching(ProgramInfo program) {
    return "attach " + ChainRules.title(program) + " to " + at;
  }

  private OrderedHook hookFor(Program program, AttachOptions options) {
    ProgramInfo info = program.info();
    String operation = attaching(info);
    if (ChainRules.wrongType(at.hook(), info) != null) {
      throw attachRefused(null, info, options, -Errno.EINVAL.number());
    }
    return hook(operation);
  }

  private int place(OrderedHook hook, Program program, boolean linked, AttachOptions options) {
    EngineProgram added = scene.programOf(program);
    Anchor anchor = options.anchor();
    int index =
        hook.placeOf(added, linked, anchor, errorOf(anchor, added), options.expectedRevision());
    if (index < 0) {
      throw attachRefused(hook, program.info(), options, index);
    }
    return index;
  }

  /** What is wrong with an anchor's target in itself ({@code bpf_mprog_tuple_relative}). */
  private @Nullable Errno errorOf(Anchor anchor, EngineProgram added) {
    return switch (anchor) {
      case Anchor.Head _, Anchor.Tail _ -> null;
      case Anchor.Before(Anchor.Target target) -> errorOf(target, added);
      case Anchor.After(Anchor.Target target) -> errorOf(target, added);
    };
  }

  private @Nullable Errno errorOf(Anchor.Target target, EngineProgram added) {
    EngineObject found =
        switch (target) {
          case Anchor.ProgramId(int id) -> scene.machine().programs().find(id);
          case Anchor.LinkId(int id) -> scene.machine().links().find(id);
        };
    EngineProgram program =
        switch (found) {
          case null -> null;
          case EngineLink link -> link.program();
          case EngineProgram bare -> bare;
          default -> null;
        };
    if (program == null) {
      return Errno.ENOENT;
    }
    return program.spec().type() == added.spec().type() ? null : Errno.EINVAL;
  }

  private KernelRejected attachRefused(
      @Nullable OrderedHook hook, ProgramInfo program, AttachOptions options, int result) {
    String rule =
        scene.rules().ofAttach(() -> stateOrEmpty(hook), program, options, Errno.of(-result));
    return new KernelRejected(attaching(program), -result, null, rule);
  }

  private ChainState stateOrEmpty(@Nullable OrderedHook hook) {
    return hook == null ? new ChainState(at, at.hook(), 1, List.of()) : state(hook);
  }

  @Override
  public void replaceProgram(Program old, Program replacement, long expectedRevision) {
    synchronized (scene.machine()) {
      EngineProgram out = scene.programOf(old);
      EngineProgram in = scene.programOf(replacement);
      ProgramInfo oldInfo = old.info();
      ProgramInfo info = replacement.info();
      String operation =
          "replace %s by %s at %s".formatted(ChainRules.title(oldInfo), ChainRules.title(info), at);
      int result;
      OrderedHook hook = null;
      if (ChainRules.wrongType(at.hook(), info) != null) {
        result = -Errno.EINVAL.number();
      } else {
        hook = hook(operation);
        result =
            ChainRules.wrongType(at.hook(), oldInfo) != null
                ? -Errno.EINVAL.number()
                : hook.replace(out, in, expectedRevision);
      }
      if (result < 0) {
        OrderedHook chain = hook;
        String rule =
            scene
                .rules()
                .ofReplace(
                    () -> stateOrEmpty(chain), oldInfo, info, expectedRevision, Errno.of(-result));
        throw new KernelRejected(operation, -result, null, rule);
      }
    }
  }

  @Override
  public void detachProgram(Program program, long expectedRevision) {
    synchronized (scene.machine()) {
      EngineProgram removed = scene.programOf(program);
      ProgramInfo info = program.info();
      String operation = "detach " + ChainRules.title(info) + " from " + at;
      if (ChainRules.wrongType(at.hook(), info) != null) {
        throw new KernelRejected(
            operation, Errno.EINVAL.number(), null, ChainRules.wrongType(at.hook(), info));
      }
      OrderedHook hook = hook(operation);
      int result = hook.detach(removed, expectedRevision);
      if (result < 0) {
        throw detachRefused(operation, hook, info.id(), expectedRevision, result);
      }
    }
  }

  private KernelRejected detachRefused(
      String operation, OrderedHook hook, int programId, long expectedRevision, int result) {
    String rule =
        scene.rules().ofDetach(() -> state(hook), programId, expectedRevision, Errno.of(-result));
    return new KernelRejected(operation, -result, null, rule);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The kernel removes the anchor itself where it has no neighbour on that side; this refuses,
   * as the kernel's chain of this interface does.
   */
  @Override
  public void detachAt(Anchor anchor, long expectedRevision) {
    synchronized (scene.machine()) {
      OrderedHook hook = hook("query " + at);
      String operation = "detach the program " + ChainRules.where(anchor) + " at " + at;
      ChainState state = state(hook);
      scene.rules().requireRevision(operation, state, expectedRevision);
      int index = ChainRules.indexAt(operation, state, anchor);
      int result = hook.detachAt(index);
      if (result < 0) {
        int programId = state.entries().get(index).programId();
        throw detachRefused(operation, hook, programId, expectedRevision, result);
      }
    }
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
