package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Changes a chain at random, as one of several that fight for it: attaches anywhere, updates,
 * detaches, and tries to throw the others out. Whatever it holds must be in the chain all the time.
 * Arguments: the namespace's path, the device's index, a seed, how many operations.
 */
final class FightingProcess {
  private static final int PROGRAMS = 6;

  /** How long one waits for the other to be there. */
  private static final long PATIENCE = 60_000_000_000L;

  private final MprogChain chain;
  private final Random random;
  private final List<Program> idle = new ArrayList<>();
  private final Map<Link, Program> held = new LinkedHashMap<>();
  private int refused;

  private FightingProcess(MprogChain chain, Random random) {
    this.chain = chain;
    this.random = random;
  }

  public static void main(String[] arguments) throws IOException {
    try (NetworkNamespace namespace = NetworkNamespace.open(arguments[0])) {
      Device device = new Device(Integer.parseInt(arguments[1]), "dev");
      MprogChain chain =
          new MprogChain(
              namespace,
              new HookTarget.AtDevice(namespace, new AttachPoint.Tcx(device, Direction.INGRESS)));
      FightingProcess fighter =
          new FightingProcess(chain, new Random(Long.parseLong(arguments[2])));
      KernelPrograms programs = new KernelPrograms(namespace);
      for (int i = 0; i < PROGRAMS; i++) {
        fighter.idle.add(programs.load(TestPrograms.returning("p" + i, -1), Map.of()));
      }
      fighter.held.put(chain.attach(fighter.idle.getFirst()), fighter.idle.removeFirst());
      long deadline = System.nanoTime() + PATIENCE;
      while (chain.query().entries().size() <= fighter.held.size()) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the other did not come");
        }
        Thread.onSpinWait();
      }
      for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
        fighter.step();
      }
      System.out.println("refused " + fighter.refused);
      System.out.println(
          "holds "
              + fighter.held.keySet().stream()
                  .map(link -> Integer.toString(link.info().id()))
                  .collect(Collectors.joining(" ")));
      int end = System.in.read();
      System.out.println("ended " + end);
    }
  }

  private void step() {
    try {
      switch (random.nextInt(6)) {
        case 0, 1 -> attach();
        case 2 -> detach();
        case 3 -> update();
        default -> throwOut();
      }
    } catch (KernelRejected _) {
      refused++; // somebody was quicker, or it is his
    }
    requireAllHeld();
  }

  private void attach() {
    if (!idle.isEmpty()) {
      ChainState state = chain.query();
      Program program = idle.getFirst();
      AttachOptions options = AttachOptions.at(anchor(state));
      Link link =
          chain.attach(
              program, random.nextBoolean() ? options : options.expecting(state.revision()));
      held.put(link, idle.removeFirst());
    }
  }

  private Anchor anchor(ChainState state) {
    if (state.entries().isEmpty() || random.nextInt(3) == 0) {
      return random.nextBoolean() ? Anchor.head() : Anchor.tail();
    }
    Anchor.Target target = new Anchor.LinkId(any(state).linkId());
    return random.nextBoolean() ? new Anchor.Before(target) : new Anchor.After(target);
  }

  private ChainEntry any(ChainState state) {
    return state.entries().get(random.nextInt(state.entries().size()));
  }

  private Link anyHeld() {
    return List.copyOf(held.keySet()).get(random.nextInt(held.size()));
  }

  private void detach() {
    if (held.size() > 1) {
      Link link = anyHeld();
      link.close();
      idle.add(Objects.requireNonNull(held.remove(link)));
    }
  }

  private void update() {
    if (!held.isEmpty() && !idle.isEmpty()) {
      Link link = anyHeld();
      Program next = idle.getFirst();
      link.update(next, Objects.requireNonNull(held.get(link)));
      idle.set(0, Objects.requireNonNull(held.put(link, next)));
    }
  }

  /** Without a link of his, nobody gets a program out. */
  private void throwOut() {
    ChainState state = chain.query();
    if (state.entries().isEmpty()) {
      return;
    }
    chain.detachAt(random.nextBoolean() ? Anchor.head() : Anchor.tail(), state.revision());
    throw new IllegalStateException("a program was taken out that a link owns: " + state);
  }

  private void requireAllHeld() {
    ChainState state = chain.query();
    held.forEach(
        (link, program) -> {
          int id = program.info().id();
          if (state.indexOfProgram(id).isEmpty() || state.indexOfLink(link.info().id()).isEmpty()) {
            throw new IllegalStateException("program " + id + " is not in " + state);
          }
        });
  }
}
