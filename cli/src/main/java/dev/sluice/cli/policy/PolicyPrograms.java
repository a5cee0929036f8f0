package dev.sluice.cli.policy;

import dev.sluice.cli.Session;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.policy.plan.InForce;
import java.util.HashSet;
import java.util.Set;

/**
 * Which programs policies attached; {@code sluice apply} moves them.
 *
 * @param ids their numbers
 */
public record PolicyPrograms(Set<Integer> ids) {
  /** Names that policies give to programs of their own making. */
  private static final Set<String> NAMES = Set.of("sluice_in", "sluice_out", "sluice_steer");

  /** Copies the numbers. */
  public PolicyPrograms {
    ids = Set.copyOf(ids);
  }

  /** Those in a network namespace. */
  public static PolicyPrograms of(Session session) {
    try (Host host = Host.of(session, AttachMode.AUTO)) {
      InForce rules = host.store().inForce();
      Set<Integer> ids = new HashSet<>(rules.programs());
      rules.own().values().forEach(own -> ids.add(own.program()));
      return new PolicyPrograms(ids);
    }
  }

  /** Whether a program is one of them. */
  public boolean contains(ProgramInfo program) {
    return ids.contains(program.id()) || NAMES.contains(program.name());
  }
}
