package dev.sluice.cli.policy;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Session;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.plan.PolicyStore;
import dev.sluice.policy.plan.StatePins;
import dev.sluice.policy.plan.Surroundings;
import dev.sluice.policy.plan.Transition;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/**
 * The host whose policies a command is about: one network namespace, and what was applied in it.
 */
final class Host implements AutoCloseable {
  private final Datapath datapath;
  private final Surroundings surroundings;
  private final PolicyStore store;

  private Host(Datapath datapath, Surroundings surroundings, PolicyStore store) {
    this.datapath = datapath;
    this.surroundings = surroundings;
    this.store = store;
  }

  /** The host of a session. */
  static Host of(Session session) {
    Datapath datapath = session.datapath();
    Surroundings surroundings =
        datapath instanceof KernelDatapath kernel
            ? new HostSurroundings(kernel.kernelDevices())
            : workload -> {
              throw new InvalidInput(
                  "workload " + workload.name(), 0, 0, "workloads are found on the kernel only");
            };
    PinLayout pins = session.pins();
    PolicyStore store =
        PolicyStore.open(
            datapath.maps(), pins(pins), pins.policyState(PinLayout.inode(session.namespace())));
    return new Host(datapath, surroundings, store);
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
      public void remove(Path pin) {
        pins.remove(pin);
      }
    };
  }

  PolicyStore store() {
    return store;
  }

  /** Compares policies with what is there, and says what is worth knowing. */
  Transition compare(PolicyFiles policies, Session session) {
    Transition transition = transition(policies.documents(), Set.of());
    policies.warnings().forEach(warning -> session.note("warning: " + warning));
    PlanPrinter.noteWarnings(session, transition.plan().findings());
    return transition;
  }

  Transition transition(Collection<PolicyDocument> put, Set<String> remove) {
    return Transition.of(datapath, surroundings, store, put, remove);
  }

  @Override
  public void close() {
    store.close();
  }
}
