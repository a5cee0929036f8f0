package dev.sluice.cli.policy;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Session;
import dev.sluice.cli.attach.JumpTables;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.plan.PolicyState;
import dev.sluice.policy.plan.PolicyStates;
import dev.sluice.policy.plan.PolicyStore;
import dev.sluice.policy.plan.StatePins;
import dev.sluice.policy.plan.Surroundings;
import dev.sluice.policy.plan.Transition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The host whose policies a command is about: one network namespace, and what was applied in it.
 */
final class Host implements AutoCloseable {
  private final Session session;
  private final Transition.Place place;
  private final List<Transition> transitions = new ArrayList<>();
  private boolean changes;

  private Host(Session session, Transition.Place place) {
    this.session = session;
    this.place = place;
  }

  /**
   * The host of a session.
   *
   * @param mode the hook that programs go to
   */
  static Host of(Session session, AttachMode mode) {
    Datapath datapath = session.datapath();
    Surroundings surroundings =
        datapath instanceof KernelDatapath kernel
            ? new HostSurroundings(kernel.kernelDevices())
            : workload -> {
              throw new InvalidInput(
                  "workload " + workload.name(), 0, 0, "workloads are found on the kernel only");
            };
    PinLayout layout = session.pins();
    StatePins pins = pins(layout);
    PolicyStore store =
        PolicyStore.open(datapath.maps(), pins, layout.policyState(session.namespace()));
    return new Host(
        session,
        new Transition.Place(datapath, surroundings, store, pins, ProgramSource::read, mode));
  }

  private static StatePins pins(PinLayout pins) {
    return new StatePins() {
      @Override
      public void prepare(Path pin) {
        try (Rollback rollback = new Rollback()) {
          pins.prepare(pin, rollback);
          rollback.keep();
        }
      }

      @Override
      public Path table(int program, String map) {
        return pins.tablePin(program, map);
      }

      @Override
      public void remove(Path pin) {
        pins.remove(pin);
      }

      @Override
      public List<Path> list(Path folder) {
        return pins.list(folder);
      }
    };
  }

  PolicyStore store() {
    return place.store();
  }

  /** Compares policies with what is there, and says what is worth knowing. */
  Transition compare(PolicyFiles policies) {
    Transition transition = transition(policies.documents(), Set.of());
    policies.warnings().forEach(warning -> session.note("warning: " + warning));
    PlanPrinter.noteWarnings(session, transition.plan().findings());
    return transition;
  }

  Transition transition(Collection<PolicyDocument> put, Set<String> remove) {
    Transition transition = Transition.of(place, put, remove);
    transitions.add(transition);
    return transition;
  }

  /** Removes what namespaces left that are gone; only commands that change something do so. */
  void tidy() {
    session.pins().removePoliciesBefore(session.namespace());
    changes = true;
  }

  /** What became of each policy. */
  List<PolicyState> states() {
    return PolicyStates.of(place);
  }

  @Override
  public void close() {
    transitions.forEach(Transition::close);
    place.store().close();
    if (changes) {
      JumpTables.prune(session.datapath(), session.pins());
    }
  }
}
