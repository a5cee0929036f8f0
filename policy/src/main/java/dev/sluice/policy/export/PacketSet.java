package dev.sluice.policy.export;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Packets of IP that a filter fits: each part must be among those that are said.
 *
 * @param family of which IP; null for both
 * @param from who sends it
 * @param to whom it is for
 * @param carried what it carries
 * @param ports the receiver's ports, or types of ICMP; empty for all, and also where it has none
 * @param sourcePorts the sender's ports; empty for all, and also where it has none
 * @param dscp code points, of which bit n stands for n
 * @param mark its mark; null for any
 */
record PacketSet(
    @Nullable Family family,
    Side from,
    Side to,
    Set<Carried> carried,
    List<Ports> ports,
    List<Ports> sourcePorts,
    long dscp,
    Match.@Nullable Mark mark) {
  /** Of which IP a packet is. */
  enum Family {
    FOUR(Objects.requireNonNull(Prefix.parse("0.0.0.0/0"))),
    SIX(Objects.requireNonNull(Prefix.parse("::/0")));

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    final Prefix all;

    Family(Prefix all) {
      this.all = all;
    }
  }

  /** What a packet carries. */
  enum Carried {
    TCP,
    UDP,
    SCTP,
    ICMP,
    OTHER
  }

  private static final long ALL_CODES = -1;
  private static final long ALL_BITS = 0xffff_ffffL;
  private static final int LAST_PORT = 0xffff;
  private static final int LAST_TYPE = 0xff;
  private static final Set<Carried> ALL_CARRIED = EnumSet.allOf(Carried.class);

  /** What begins with two ports. */
  static final Set<Carried> WITH_PORTS =
      Collections.unmodifiableSet(EnumSet.of(Carried.TCP, Carried.UDP, Carried.SCTP));

  /** Copies the collections. */
  PacketSet {
    carried = Set.copyOf(carried);
    ports = List.copyOf(ports);
    sourcePorts = List.copyOf(sourcePorts);
  }

  /** All of a family, or of both. */
  static PacketSet all(@Nullable Family family) {
    return new PacketSet(
        family, Side.ANY, Side.ANY, ALL_CARRIED, List.of(), List.of(), ALL_CODES, null);
  }

  PacketSet withFamily(@Nullable Family other) {
    return new PacketSet(other, from, to, carried, ports, sourcePorts, dscp, mark);
  }

  PacketSet withFrom(Side other) {
    return new PacketSet(family, other, to, carried, ports, sourcePorts, dscp, mark);
  }

  PacketSet withTo(Side other) {
    return new PacketSet(family, from, other, carried, ports, sourcePorts, dscp, mark);
  }

  PacketSet withCarried(Set<Carried> other) {
    return new PacketSet(family, from, to, other, ports, sourcePorts, dscp, mark);
  }

  PacketSet withPorts(List<Ports> other) {
    return new PacketSet(family, from, to, carried, other, sourcePorts, dscp, mark);
  }

  PacketSet withSourcePorts(List<Ports> other) {
    return new PacketSet(family, from, to, carried, ports, other, dscp, mark);
  }

  PacketSet withDscp(long other) {
    return new PacketSet(family, from, to, carried, ports, sourcePorts, other, mark);
  }

  PacketSet withMark(Match.@Nullable Mark other) {
    return new PacketSet(family, from, to, carried, ports, sourcePorts, dscp, other);
  }

  private static long mask(Match.Mark mark) {
    return mark.mask() == null ? ALL_BITS : mark.mask();
  }

  private static boolean areApart(Match.@Nullable Mark one, Match.@Nullable Mark other) {
    return one != null
        && other != null
        && ((one.value() ^ other.value()) & mask(one) & mask(other)) != 0;
  }

  private static boolean areApart(List<Ports> some, List<Ports> others) {
    return !some.isEmpty()
        && !others.isEmpty()
        && some.stream()
            .noneMatch(
                one ->
                    others.stream()
                        .anyMatch(two -> one.first() <= two.last() && two.first() <= one.last()));
  }

  /** Whether no packet is in both; if false, there may be some. */
  boolean isDisjoint(PacketSet other) {
    return family != null && other.family != null && family != other.family
        || Collections.disjoint(carried, other.carried)
        || from.isDisjoint(other.from)
        || to.isDisjoint(other.to)
        || areApart(ports, other.ports)
        || areApart(sourcePorts, other.sourcePorts)
        || (dscp & other.dscp) == 0
        || areApart(mark, other.mark);
  }

  /** Whether a policy can say it: it names four protocols, or all. */
  private boolean isSayable() {
    return !carried.contains(Carried.OTHER) || carried.equals(ALL_CARRIED);
  }

  /**
   * The packets that are not in another set.
   *
   * @param other one without exceptions, as a filter has it
   * @return sets that make up the rest, none for nothing; null if a policy cannot say that
   */
  @Nullable List<PacketSet> minus(PacketSet other) {
    if (isDisjoint(other)) {
      return List.of(this);
    }
    List<PacketSet> rest = new ArrayList<>();
    if (family == null && other.family != null) {
      rest.add(withFamily(other.family == Family.FOUR ? Family.SIX : Family.FOUR));
    }
    PacketSet same = family == null ? withFamily(other.family) : this;
    Side fromLeft = from.minus(other.from);
    if (fromLeft != null) {
      rest.add(same.withFrom(fromLeft));
    }
    Side toLeft = to.minus(other.to);
    if (toLeft != null) {
      rest.add(same.withTo(toLeft));
    }
    Set<Carried> both = EnumSet.copyOf(carried);
    Set<Carried> carriedLeft = EnumSet.copyOf(carried);
    carriedLeft.removeAll(other.carried);
    both.retainAll(other.carried);
    if (!carriedLeft.isEmpty()) {
      rest.add(same.withCarried(carriedLeft));
    }
    // From here on of what both carry: ports are those of a protocol.
    same = same.withCarried(both);
    int last = both.contains(Carried.ICMP) ? LAST_TYPE : LAST_PORT;
    List<Ports> portsLeft = minus(ports, other.ports, last);
    if (!portsLeft.isEmpty()) {
      rest.add(same.withPorts(portsLeft));
    }
    List<Ports> sourcesLeft = minus(sourcePorts, other.sourcePorts, LAST_PORT);
    if (!sourcesLeft.isEmpty()) {
      rest.add(same.withSourcePorts(sourcesLeft));
    }
    if ((dscp & ~other.dscp) != 0) {
      rest.add(same.withDscp(dscp & ~other.dscp));
    }
    boolean sayable = other.mark == null || other.mark.equals(mark);
    return sayable && rest.stream().allMatch(PacketSet::isSayable) ? rest : null;
  }

  /** Ports that are not among others, of which none stands for all. */
  private static List<Ports> minus(List<Ports> ports, List<Ports> others, int last) {
    if (others.isEmpty()) {
      return List.of();
    }
    List<Ports> left = ports.isEmpty() ? List.of(new Ports(0, last)) : ports;
    for (Ports gone : others) {
      List<Ports> next = new ArrayList<>();
      for (Ports some : left) {
        if (gone.last() < some.first() || gone.first() > some.last()) {
          next.add(some);
          continue;
        }
        if (some.first() < gone.first()) {
          next.add(new Ports(some.first(), gone.first() - 1));
        }
        if (gone.last() < some.last()) {
          next.add(new Ports(gone.last() + 1, some.last()));
        }
      }
      left = next;
    }
    return left;
  }

  /** As a policy says it. */
  List<Match> matches() {
    List<Prefix> families = families();
    boolean fromSaysFamily = !from.in().isEmpty();
    boolean toSaysFamily = !to.in().isEmpty();
    List<Prefix> ofFrom =
        !from.except().isEmpty() || family != null && !toSaysFamily ? families : List.of();
    List<Prefix> ofTo = to.except().isEmpty() ? List.of() : families;
    List<Integer> codes = new ArrayList<>();
    for (int code = 0; dscp != ALL_CODES && code < Long.SIZE; code++) {
      if ((dscp >>> code & 1) != 0) {
        codes.add(code);
      }
    }
    List<Match> matches = new ArrayList<>();
    for (@Nullable Protocol protocol : protocols()) {
      matches.add(
          new Match(
              from.party(fromSaysFamily ? List.of() : ofFrom),
              to.party(toSaysFamily ? List.of() : ofTo),
              protocol,
              ports,
              sourcePorts,
              codes,
              mark));
    }
    return matches;
  }

  private List<Prefix> families() {
    return family == null ? List.of(Family.FOUR.all, Family.SIX.all) : List.of(family.all);
  }

  /** The protocols to name; null where none need be. */
  private List<@Nullable Protocol> protocols() {
    List<@Nullable Protocol> protocols = new ArrayList<>();
    boolean named = !ports.isEmpty() || !sourcePorts.isEmpty();
    if (carried.equals(ALL_CARRIED) || named && carried.equals(WITH_PORTS)) {
      protocols.add(null);
      return protocols;
    }
    for (Protocol protocol : Protocol.values()) {
      if (carried.contains(Carried.valueOf(protocol.name()))) {
        protocols.add(protocol);
      }
    }
    return protocols;
  }
}
