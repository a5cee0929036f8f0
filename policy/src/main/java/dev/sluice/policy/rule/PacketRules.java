package dev.sluice.policy.rule;

import dev.sluice.policy.program.Tables;
import dev.sluice.policy.program.Tables.Decision;
import dev.sluice.policy.program.Tables.Packet;
import dev.sluice.policy.program.Tables.Parts;
import dev.sluice.policy.program.Tables.Pattern;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Party;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Blocks, limits, classes and samples. Hooks with the same rules share a scope; in a scope, a match
 * becomes an entry for each combination of the identities, services and so on that it names, under
 * the pattern of the parts that it looks at.
 */
final class PacketRules {
  private static final int MOST_ENTRIES = 4_000_000;
  private static final List<Integer> ANY = List.of(Tables.ANY);

  private final List<PacketRule> rules;
  private final PacketRuleReader reader;
  private final PartySets parties;
  private final Map<List<PacketRule>, Integer> scopes = new LinkedHashMap<>();
  private final Map<Integer, Integer> scopeOfHook = new TreeMap<>();

  PacketRules(Scene scene, RuleNumbers numbers) {
    parties = new PartySets(scene);
    reader = new PacketRuleReader(scene, numbers);
    rules = reader.read();
    Map<Integer, List<PacketRule>> ofHook = new TreeMap<>();
    for (PacketRule rule : rules) {
      rule.hooks().forEach(hook -> ofHook.computeIfAbsent(hook, _ -> new ArrayList<>()).add(rule));
    }
    ofHook.forEach(
        (hook, list) -> {
          int next = scopes.size() + 1;
          scopeOfHook.put(hook, scopes.computeIfAbsent(list, _ -> next));
        });
  }

  /** The scope of each hook that has one, from 1. */
  Map<Integer, Integer> scopes() {
    return scopeOfHook;
  }

  /** The class of packets at hooks that no match fits. */
  Map<Integer, Integer> defaultClasses() {
    return reader.defaultClasses();
  }

  Collection<AddressSet> addressSets() {
    List<AddressSet> sets = new ArrayList<>();
    forEachMatch(
        (rule, at, match) -> {
          sets.addAll(parties.of(rule.source(), at + "/from", match.from()));
          sets.addAll(parties.of(rule.source(), at + "/to", match.to()));
        });
    return sets;
  }

  Collection<ServiceSet> serviceSets() {
    List<ServiceSet> sets = new ArrayList<>();
    forEachMatch(
        (_, _, match) -> {
          if (looksAtService(match)) {
            sets.add(ServiceSet.of(match.protocol(), match.ports()));
          }
        });
    return sets;
  }

  Collection<ServiceSet> senderSets() {
    List<ServiceSet> sets = new ArrayList<>();
    forEachMatch(
        (_, _, match) -> {
          if (!match.sourcePorts().isEmpty()) {
            sets.add(ServiceSet.of(match.protocol(), match.sourcePorts()));
          }
        });
    return sets;
  }

  private static boolean looksAtService(Match match) {
    return match.protocol() != null || !match.ports().isEmpty();
  }

  @FunctionalInterface
  private interface MatchVisitor {
    void visit(PacketRule rule, String at, Match match);
  }

  private void forEachMatch(MatchVisitor visitor) {
    for (PacketRule rule : rules) {
      for (int i = 0; i < rule.matches().size(); i++) {
        visitor.visit(rule, rule.pointer() + "/" + i, rule.matches().get(i));
      }
    }
  }

  void write(
      RuleTables tables,
      AddressPartition identities,
      ServicePartition services,
      ServicePartition senders) {
    reader.write(tables);
    scopes.forEach(
        (list, scope) -> {
          Map<Pattern, Integer> patterns = new LinkedHashMap<>();
          int first = scope * Tables.PATTERNS_OF_SCOPE;
          for (PacketRule rule : list) {
            for (int i = 0; i < rule.matches().size(); i++) {
              Match match = rule.matches().get(i);
              String at = rule.pointer() + "/" + i;
              int place = first + patterns.size();
              Integer known = patterns.putIfAbsent(pattern(match), place);
              if (patterns.size() > Tables.PATTERNS_OF_SCOPE) {
                throw rule.source()
                    .fault()
                    .apply(
                        at,
                        "with this, rules of one device look at %d different combinations of sender,"
                                .formatted(patterns.size())
                            + " receiver, service, sender's port, dscp and mark; at most "
                            + Tables.PATTERNS_OF_SCOPE
                            + " can be");
              }
              write(
                  tables,
                  known == null ? place : known,
                  rule,
                  identities(rule, at + "/from", match.from(), identities),
                  identities(rule, at + "/to", match.to(), identities),
                  looksAtService(match)
                      ? services.of(ServiceSet.of(match.protocol(), match.ports()))
                      : ANY,
                  match.sourcePorts().isEmpty()
                      ? ANY
                      : senders.of(ServiceSet.of(match.protocol(), match.sourcePorts())),
                  match.dscp().isEmpty() ? ANY : match.dscp(),
                  match.mark() == null ? 0 : (int) match.mark().value() & mask(match.mark()));
              if (tables.size() > MOST_ENTRIES) {
                throw rule.source()
                    .fault()
                    .apply(at, "the rules take more than " + MOST_ENTRIES + " entries");
              }
            }
          }
          patterns.forEach((pattern, place) -> tables.patterns.put(place, pattern));
        });
  }

  private static int mask(Match.Mark mark) {
    return mark.mask() == null ? -1 : mark.mask().intValue();
  }

  private List<Integer> identities(
      PacketRule rule, String at, @Nullable Party party, AddressPartition identities) {
    if (party == null) {
      return ANY;
    }
    LinkedHashSet<Integer> found = new LinkedHashSet<>();
    parties.of(rule.source(), at, party).forEach(set -> found.addAll(identities.of(set)));
    return List.copyOf(found);
  }

  private static Pattern pattern(Match match) {
    int parts = 1 << Parts.USED;
    parts |= match.from() == null ? 0 : 1 << Parts.FROM;
    parts |= match.to() == null ? 0 : 1 << Parts.TO;
    parts |= looksAtService(match) ? 1 << Parts.SERVICE : 0;
    parts |= match.sourcePorts().isEmpty() ? 0 : 1 << Parts.SENDER_PORT;
    parts |= match.dscp().isEmpty() ? 0 : 1 << Parts.DSCP;
    return new Pattern(parts, match.mark() == null ? 0 : mask(match.mark()));
  }

  private static void write(
      RuleTables tables,
      int pattern,
      PacketRule rule,
      List<Integer> from,
      List<Integer> to,
      List<Integer> services,
      List<Integer> senders,
      List<Integer> dscp,
      int mark) {
    Decision decision = decision(rule);
    for (int sender : from) {
      for (int receiver : to) {
        for (int service : services) {
          for (int port : senders) {
            for (int code : dscp) {
              tables.decisions.merge(
                  new Packet(pattern, sender, receiver, service, port, code, mark),
                  decision,
                  Decision::earliest);
            }
          }
        }
      }
    }
  }

  private static Decision decision(PacketRule rule) {
    int number = rule.number();
    return switch (rule.purpose()) {
      case BLOCK -> new Decision(number, 0, 0, 0);
      case LIMIT -> new Decision(0, number, 0, 0);
      case SHARE -> new Decision(0, 0, number, 0);
      case SAMPLE -> new Decision(0, 0, 0, number);
    };
  }
}
