package dev.sluice.policy.export;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Party;
import dev.sluice.policy.spec.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Matches of one rule that differ in one part become one match with a list. */
final class MatchMerging {
  private MatchMerging() {}

  /** Merges each match with the one before it where they can be. */
  static List<Match> merged(List<Match> matches) {
    List<Match> merged = new ArrayList<>();
    for (Match match : matches) {
      Match both = merged.isEmpty() ? null : together(merged.getLast(), match);
      if (both == null) {
        merged.add(match);
      } else {
        merged.set(merged.size() - 1, both);
      }
    }
    return merged;
  }

  private static @Nullable Match together(Match one, Match two) {
    boolean sameRest =
        one.protocol() == two.protocol()
            && one.dscp().equals(two.dscp())
            && Objects.equals(one.mark(), two.mark());
    if (!sameRest) {
      return null;
    }
    boolean sameFrom = Objects.equals(one.from(), two.from());
    boolean sameTo = Objects.equals(one.to(), two.to());
    boolean samePorts = one.ports().equals(two.ports());
    boolean sameSources = one.sourcePorts().equals(two.sourcePorts());
    Party from = sameFrom ? one.from() : together(one.from(), two.from());
    Party to = sameTo ? one.to() : together(one.to(), two.to());
    if (samePorts && sameSources && sameTo && (sameFrom || from != null)) {
      return with(one, from, one.to(), one.ports(), one.sourcePorts());
    } else if (samePorts && sameSources && sameFrom && to != null) {
      return with(one, one.from(), to, one.ports(), one.sourcePorts());
    } else if (!sameFrom || !sameTo) {
      return null;
    } else if (sameSources && !one.ports().isEmpty() && !two.ports().isEmpty()) {
      return with(one, from, to, union(one.ports(), two.ports()), one.sourcePorts());
    } else if (samePorts && !one.sourcePorts().isEmpty() && !two.sourcePorts().isEmpty()) {
      return with(one, from, to, one.ports(), union(one.sourcePorts(), two.sourcePorts()));
    }
    return null;
  }

  private static @Nullable Party together(@Nullable Party one, @Nullable Party two) {
    if (one == null || two == null || !one.except().isEmpty() || !two.except().isEmpty()) {
      return null;
    }
    List<Prefix> prefixes =
        Stream.concat(one.prefixes().stream(), two.prefixes().stream()).distinct().toList();
    return new Party(prefixes, List.of(), List.of(), List.of(), List.of());
  }

  private static List<Ports> union(List<Ports> some, List<Ports> others) {
    return Stream.concat(some.stream(), others.stream()).distinct().toList();
  }

  private static Match with(
      Match match,
      @Nullable Party from,
      @Nullable Party to,
      List<Ports> ports,
      List<Ports> sourcePorts) {
    return new Match(from, to, match.protocol(), ports, sourcePorts, match.dscp(), match.mark());
  }
}
