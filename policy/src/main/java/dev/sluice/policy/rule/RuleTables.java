package dev.sluice.policy.rule;

import dev.sluice.compiler.program.Table;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.policy.program.Tables;
import dev.sluice.policy.program.Tables.Allowance;
import dev.sluice.policy.program.Tables.Choice;
import dev.sluice.policy.program.Tables.Decision;
import dev.sluice.policy.program.Tables.Hook;
import dev.sluice.policy.program.Tables.Owned;
import dev.sluice.policy.program.Tables.Packet;
import dev.sluice.policy.program.Tables.Pattern;
import dev.sluice.policy.program.Tables.Permit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is to be in the tables of {@code policy.program}. Only their compiler changes it. */
public final class RuleTables {
  final Map<Integer, Hook> hooks = new TreeMap<>();
  final Map<Integer, Integer> traits = new TreeMap<>();
  final Map<Permit, Integer> permits = new LinkedHashMap<>();
  final Map<Owned, Integer> owned = new LinkedHashMap<>();
  final Map<Integer, Pattern> patterns = new TreeMap<>();
  final Map<Packet, Decision> decisions = new LinkedHashMap<>();
  final Map<Integer, Integer> classes = new TreeMap<>();
  final Map<Integer, Allowance> allowances = new TreeMap<>();
  final Map<Integer, Choice> choices = new TreeMap<>();
  final SortedMap<Integer, RuleName> names = new TreeMap<>();
  AddressPartition identities = AddressPartition.of(List.of(), _ -> List.of());
  long[] services = {};
  long[] senderPorts = {};

  final List<Warning> warnings = new ArrayList<>();

  RuleTables() {}

  /**
   * Something that is likely not as it was meant.
   *
   * @param policy the policy's name
   * @param sentence what it is, with its place
   */
  public record Warning(String policy, String sentence) {}

  /** What is likely not as it was meant. */
  public List<Warning> warnings() {
    return List.copyOf(warnings);
  }

  /** What the counters count, by their numbers. */
  public SortedMap<Integer, RuleName> names() {
    return Collections.unmodifiableSortedMap(names);
  }

  /**
   * A place where the rules' program has something to do.
   *
   * @param device the index of its device
   * @param direction which packets it sees
   */
  public record Place(int device, Direction direction) {}

  /** Where there is something to do. */
  public List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (int hook : hooks.keySet()) {
      int device = hook >>> 1;
      boolean leaving = hook == Tables.hook(device, true);
      places.add(new Place(device, leaving ? Direction.EGRESS : Direction.INGRESS));
    }
    return places;
  }

  /** Is shown every table that rules fill, but for that of addresses. */
  interface Visitor {
    /** A table with what is to be in it. */
    <K, V> void visit(String name, Table<K, V> table, Map<K, V> entries);
  }

  void visit(Visitor visitor) {
    visitor.visit("hooks", Tables.HOOKS, hooks);
    visitor.visit("traits", Tables.TRAITS, traits);
    visitor.visit("permits", Tables.PERMITS, permits);
    visitor.visit("owned", Tables.OWNED, owned);
    visitor.visit("patterns", Tables.PATTERNS, patterns);
    visitor.visit("decisions", Tables.DECISIONS, decisions);
    visitor.visit("classes", Tables.CLASSES, classes);
    visitor.visit("allowances", Tables.ALLOWANCES, allowances);
    visitor.visit("choices", Tables.CHOICES, choices);
    visitor.visit("services", Tables.SERVICES, words(services));
    visitor.visit("sender_ports", Tables.SENDER_PORTS, words(senderPorts));
  }

  private static Map<Integer, Long> words(long[] words) {
    Map<Integer, Long> entries = new LinkedHashMap<>();
    for (int i = 0; i < words.length; i++) {
      if (words[i] != 0) {
        entries.put(i, words[i]);
      }
    }
    return entries;
  }

  /** How many prefixes rules tell apart. */
  public int prefixes() {
    return identities.prefixes().size();
  }

  /** The same for the same rules and the same program, in whatever process. */
  public String fingerprint() {
    return Fingerprint.of(this);
  }

  /** How many entries the rules take. */
  public int size() {
    return permits.size() + decisions.size();
  }
}
