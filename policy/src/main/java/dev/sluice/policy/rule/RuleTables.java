package dev.sluice.policy.rule;

import dev.sluice.policy.program.Tables.Allowance;
import dev.sluice.policy.program.Tables.Choice;
import dev.sluice.policy.program.Tables.Decision;
import dev.sluice.policy.program.Tables.Hook;
import dev.sluice.policy.program.Tables.Owned;
import dev.sluice.policy.program.Tables.Packet;
import dev.sluice.policy.program.Tables.Pattern;
import dev.sluice.policy.program.Tables.Permit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  final Map<Integer, RuleName> names = new TreeMap<>();
  AddressPartition identities = AddressPartition.of(List.of(), _ -> List.of());
  long[] services = {};
  long[] senderPorts = {};

  RuleTables() {}

  /** What the counters count, by their numbers. */
  public Map<Integer, RuleName> names() {
    return Map.copyOf(names);
  }

  /** The devices with something to do, as {@link dev.sluice.policy.program.Tables#hook}. */
  public List<Integer> hooks() {
    return List.copyOf(hooks.keySet());
  }

  /** How many entries the rules take. */
  public int size() {
    return permits.size() + decisions.size();
  }
}
