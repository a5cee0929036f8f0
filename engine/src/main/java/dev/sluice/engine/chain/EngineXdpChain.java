package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.XdpRules;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.EngineProgram;
import org.jspecify.annotations.Nullable;

/**
 * The XDP program of a device as its users see it: the rules of {@link XdpHook}, in words where one
 * is broken.
 */
final class EngineXdpChain implements Chain {
  private final ChainScene scene;
  private final HookDevices devices;
  private final AttachPoint.Xdp at;
  private final XdpRules rules;

  EngineXdpChain(ChainScene scene, HookDevices devices, AttachPoint.Xdp at) {
    this.scene = scene;
    this.devices = devices;
    this.at = at;
    rules = new XdpRules(at, scene.rules());
  }

  @Override
  public AttachPoint at() {
    return at;
  }

  private XdpHook hook(String operation) {
    return devices.require(at.device(), operation).xdp();
  }

  @Override
  public ChainState query() {
    synchronized (scene.machine()) {
      return hook("query " + at).state(at);
    }
  }

  @Override
  public Link attach(Program program, AttachOptions options) {
    rules.require(options);
    synchronized (scene.machine()) {
      EngineProgram added = scene.programOf(program);
      XdpHook hook = hookFor(program);
      EngineLink link = new EngineLink(scene.machine(), hook, added);
      hook.insert(added, link, at.mode());
      return new LinkHandle(scene, link);
    }
  }

  @Override
  public void attachProgram(Program program, AttachOptions options) {
    rules.require(options);
    synchronized (scene.machine()) {
      EngineProgram added = scene.programOf(program);
      hookFor(program).insert(added, null, at.mode());
    }
  }

  /** The hook, at which there is a place for a program. */
  private XdpHook hookFor(Program program) {
    ProgramInfo info = program.info();
    String operation = "attach " + ChainRules.title(info) + " to " + at;
    requireType(operation, info);
    XdpHook hook = hook(operation);
    int result = hook.place(at.mode());
    if (result < 0) {
      String rule = rules.ofAttach(hook.state(), info, Errno.of(-result));
      throw new KernelRejected(operation, -result, null, rule);
    }
    return hook;
  }

  private static void requireType(String operation, ProgramInfo program) {
    String wrong = ChainRules.wrongType(Hook.XDP, program);
    if (wrong != null) {
      throw new KernelRejected(operation, Errno.EINVAL.number(), null, wrong);
    }
  }

  @Override
  public void replaceProgram(Program old, Program replacement, long expectedRevision) {
    rules.requireNoRevision(expectedRevision);
    synchronized (scene.machine()) {
      EngineProgram in = scene.programOf(replacement);
      String operation =
          "replace %s by %s at %s"
              .formatted(ChainRules.title(old.info()), ChainRules.title(replacement.info()), at);
      requireType(operation, replacement.info());
      requireType(operation, old.info());
      replace(operation, scene.programOf(old), in);
    }
  }

  @Override
  public void detachProgram(Program program, long expectedRevision) {
    rules.requireNoRevision(expectedRevision);
    synchronized (scene.machine()) {
      String operation = "detach " + ChainRules.title(program.info()) + " from " + at;
      requireType(operation, program.info());
      replace(operation, scene.programOf(program), null);
    }
  }

  private void replace(String operation, EngineProgram old, @Nullable EngineProgram replacement) {
    XdpHook hook = hook(operation);
    AttachPoint.Xdp.Mode mode = hook.modeOf(old, at.mode());
    int result = hook.replace(old, replacement, mode);
    if (result < 0) {
      ChainState state = hook.state(new AttachPoint.Xdp(at.device(), mode));
      throw new KernelRejected(
          operation,
          -result,
          null,
          state.indexOfProgram(old.id()).isEmpty()
              ? scene.rules().missing(state, old.id())
              : rules.occupied(state));
    }
  }

  @Override
  public void detachAt(Anchor anchor, long expectedRevision) {
    rules.require(new AttachOptions(anchor, expectedRevision));
    synchronized (scene.machine()) {
      ChainState state = query();
      String operation = "detach the program " + ChainRules.where(anchor) + " at " + at;
      ChainEntry entry = state.entries().get(ChainRules.indexAt(operation, state, anchor));
      if (entry.hasLink()) {
        throw new KernelRejected(operation, Errno.EBUSY.number(), null, rules.occupied(state));
      }
      EngineObject program = scene.machine().programs().find(entry.programId());
      if (program instanceof EngineProgram bare) {
        replace(operation, bare, null);
      }
    }
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
