package dev.sluice.policy.plan;

import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.rule.RuleName;
import java.util.Collections;
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
 * @param clsact the devices, by their index, that got a clsact qdisc for them
 */
public record InForce(
    String fingerprint,
    AttachMode mode,
    SortedSet<Integer> programs,
    SortedMap<Integer, RuleName> names,
    SortedSet<Integer> clsact) {
  /** No rules. */
  public static final InForce NONE =
      new InForce("", AttachMode.TCX, new TreeSet<>(), new TreeMap<>(), new TreeSet<>());

  /** Copies the tables. */
  public InForce {
    programs = Collections.unmodifiableSortedSet(new TreeSet<>(programs));
    names = Collections.unmodifiableSortedMap(new TreeMap<>((Map<Integer, RuleName>) names));
    clsact = Collections.unmodifiableSortedSet(new TreeSet<>(clsact));
  }
}
