package dev.sluice.policy.plan;

import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.rule.RuleName;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules that were put in force last: what tells a later run whether they still are.
 *
 * @param fingerprint of their tables; empty for no rules
 * @param mode the hook that their programs are at
 * @param programs the numbers of the programs that look into them
 * @param names what their counters count, by their numbers
 * @param own programs of the user's own, by the names of their seats
 * @param clsact the devices, by their index, that got a clsact qdisc for them
 */
public record InForce(
    String fingerprint,
    AttachMode mode,
    SortedSet<Integer> programs,
    SortedMap<Integer, RuleName> names,
    SortedMap<String, Own> own,
    SortedSet<Integer> clsact) {
  /** No rules. */
  public static final InForce NONE =
      new InForce(
          "", AttachMode.TCX, new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>());

  /** Copies the tables. */
  public InForce {
    programs = Collections.unmodifiableSortedSet(new TreeSet<>(programs));
    names = Collections.unmodifiableSortedMap(new TreeMap<>((Map<Integer, RuleName>) names));
    own = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, Own>) own));
    clsact = Collections.unmodifiableSortedSet(new TreeSet<>(clsact));
  }

  /**
   * A program of the user's own.
   *
   * @param version what tells one version of its file from another
   * @param program its number
   */
  public record Own(String version, int program) {}

  /** Whether there is nothing to take note of. */
  boolean isNone() {
    return fingerprint.isEmpty() && own.isEmpty() && mode == AttachMode.TCX;
  }

  /** The same with other programs of the user's own. */
  InForce with(SortedMap<String, Own> programs) {
    return new InForce(fingerprint, mode, this.programs, names, programs, clsact);
  }

  /** What the user's own programs are for, by their numbers. */
  Map<Integer, String> roles() {
    Map<Integer, String> roles = new HashMap<>();
    own.forEach(
        (name, program) -> {
          Seat seat = Seat.parse(name);
          if (seat != null) {
            roles.put(program.program(), seat.role());
          }
        });
    return roles;
  }
}
