package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.program.Tables;
import dev.sluice.policy.program.Tables.Isolation;
import dev.sluice.policy.program.Tables.Permit;
import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Access.Peer;
import dev.sluice.policy.spec.Access.PolicyType;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may open connections to whom. Workloads of which the same rules speak, and that name their
 * ports alike, are one group: one set of addresses with one set of permits.
 */
final class AccessRules {
  private static final List<Integer> ANY = List.of(Tables.ANY);

  private final Scene scene;
  private final Selection selection;
  private final Map<Key, Group> groups = new LinkedHashMap<>();
  private final boolean any;
  private final List<RuleTables.Warning> warnings = new ArrayList<>();

  /** Of this host; none where no rule speaks of anybody. */
  private final AddressSet host;

  AccessRules(Scene scene, RuleNumbers numbers) {
    this.scene = scene;
    selection =
        new Selection(
            scene.policies().stream()
                .flatMap(source -> source.policy().spec().namespaces().stream())
                .toList());
    List<Rule> rules = new ArrayList<>();
    for (Scene.Source source : scene.policies()) {
      List<Access> access = source.policy().spec().access();
      for (int i = 0; i < access.size(); i++) {
        String policy = source.policy().metadata().name();
        int number = numbers.next(policy, RuleName.Kind.ACCESS, access.get(i).name());
        rules.add(new Rule(source, "/spec/access/" + i, access.get(i), number));
      }
    }
    any = !rules.isEmpty();
    host = AddressSet.of(any ? scene.hostAddresses() : List.of());
    for (BoundWorkload bound : scene.workloads()) {
      List<Rule> chosen = rules.stream().filter(rule -> chooses(rule.access, bound)).toList();
      if (!chosen.isEmpty()) {
        groups
            .computeIfAbsent(new Key(chosen, bound.workload().ports()), Group::new)
            .members
            .add(bound);
      }
    }
    groups.values().forEach(Group::open);
    Set<Rule> used = new HashSet<>();
    groups.keySet().forEach(key -> used.addAll(key.rules));
    for (Rule rule : rules) {
      if (!used.contains(rule)) {
        warn(rule, rule.pointer + "/workloadSelector", "it chooses none of the workloads");
      }
    }
  }

  private void warn(Rule rule, String at, String problem) {
    warnings.add(
        new RuleTables.Warning(
            rule.source.policy().metadata().name(),
            String.valueOf(rule.source.fault().apply(at, problem).getMessage())));
  }

  /** What is likely not as it was meant. */
  List<RuleTables.Warning> warnings() {
    return warnings;
  }

  /** A rule with where it stands. */
  private record Rule(Scene.Source source, String pointer, Access access, int number) {
    boolean speaksOf(PolicyType type) {
      List<PolicyType> types = access.policyTypes();
      if (!types.isEmpty()) {
        return types.contains(type);
      }
      return type == PolicyType.INGRESS || !access.egress().isEmpty();
    }

    /** By its number, which no other has; its source holds all the other rules. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Rule rule && rule.number == number;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  private record Key(List<Rule> rules, List<Workload.NamedPort> ports) {}

  /** A permit before addresses and ports have numbers; null stands for any. */
  private record Wanted(
      int way, @Nullable AddressSet remote, @Nullable ServiceSet service, int rule) {}

  /** Workloads that rules treat alike. */
  private final class Group {
    private final Key key;
    private final List<BoundWorkload> members = new ArrayList<>();
    private final List<Wanted> wanted = new ArrayList<>();
    private int isolation;

    Group(Key key) {
      this.key = key;
    }

    AddressSet addresses() {
      return AddressSet.of(members.stream().flatMap(one -> one.addresses().stream()).toList());
    }

    void open() {
      for (Rule rule : key.rules) {
        for (BoundWorkload member : members) {
          if (member.addresses().isEmpty() && !rule.source.kept()) {
            throw rule.source
                .fault()
                .apply(
                    rule.pointer + "/workloadSelector",
                    "it chooses workload "
                        + member.workload().name()
                        + ", of which no address is known: give its addresses, netns or pid");
          }
        }
        if (rule.speaksOf(PolicyType.INGRESS)) {
          isolation |= Isolation.INGRESS;
          for (int i = 0; i < rule.access.ingress().size(); i++) {
            Access.IngressRule one = rule.access.ingress().get(i);
            String at = rule.pointer + "/ingress/" + i;
            open(rule, Isolation.INGRESS, at + "/from", one.from(), at + "/ports", one.ports());
          }
        }
        if (rule.speaksOf(PolicyType.EGRESS)) {
          isolation |= Isolation.EGRESS;
          for (int i = 0; i < rule.access.egress().size(); i++) {
            Access.EgressRule one = rule.access.egress().get(i);
            String at = rule.pointer + "/egress/" + i;
            open(rule, Isolation.EGRESS, at + "/to", one.to(), at + "/ports", one.ports());
          }
        }
      }
    }

    private void open(
        Rule rule,
        int way,
        String peersAt,
        List<Peer> peers,
        String portsAt,
        List<Access.Port> ports) {
      List<@Nullable AddressSet> remotes = new ArrayList<>();
      if (peers.isEmpty()) {
        remotes.add(null);
      }
      for (int i = 0; i < peers.size(); i++) {
        remotes.add(remote(rule, peersAt + "/" + i, peers.get(i)));
      }
      for (AddressSet remote : remotes) {
        if (ports.isEmpty()) {
          wanted.add(new Wanted(way, remote, null, rule.number));
        }
        for (int i = 0; i < ports.size(); i++) {
          Access.Port port = ports.get(i);
          if (isName(port)) {
            int before = wanted.size();
            named(rule, way, remote, port);
            if (wanted.size() == before) {
              warn(
                  rule,
                  portsAt + "/" + i + "/port",
                  "none of the workloads that it means calls a port " + port.port());
            }
          } else {
            wanted.add(
                new Wanted(way, remote, service(rule, portsAt + "/" + i, port), rule.number));
          }
        }
      }
    }

    /** A port by name: that of this workload, or of each of those that it may reach. */
    private void named(Rule rule, int way, @Nullable AddressSet remote, Access.Port port) {
      if (way == Isolation.INGRESS) {
        for (Workload.NamedPort own : key.ports) {
          if (isMeant(port, own)) {
            wanted.add(new Wanted(way, remote, service(own), rule.number));
          }
        }
        return;
      }
      for (BoundWorkload other : scene.workloads()) {
        if (remote != null && !remote.within().prefixes().containsAll(other.addresses())) {
          continue;
        }
        for (Workload.NamedPort theirs : other.workload().ports()) {
          if (isMeant(port, theirs)) {
            wanted.add(
                new Wanted(way, AddressSet.of(other.addresses()), service(theirs), rule.number));
          }
        }
      }
    }
  }

  private static boolean isName(Access.Port port) {
    return port.port() != null && !port.port().chars().allMatch(Character::isDigit);
  }

  private static Protocol protocol(@Nullable Protocol said) {
    return said == null ? Protocol.TCP : said;
  }

  private static boolean isMeant(Access.Port port, Workload.NamedPort named) {
    return named.name().equals(port.port())
        && protocol(named.protocol()) == protocol(port.protocol());
  }

  private static ServiceSet service(Workload.NamedPort named) {
    return ServiceSet.of(protocol(named.protocol()), List.of(Ports.of(named.port())));
  }

  private static ServiceSet service(Rule rule, String at, Access.Port port) {
    Protocol protocol = protocol(port.protocol());
    if (port.port() == null) {
      if (port.endPort() != null) {
        throw rule.source.fault().apply(at + "/endPort", "expected a port that it ends with");
      }
      return ServiceSet.of(protocol, List.of());
    }
    try {
      int first = Integer.parseInt(port.port());
      int last = port.endPort() == null ? first : port.endPort();
      return ServiceSet.of(protocol, List.of(new Ports(first, last)));
    } catch (IllegalArgumentException e) {
      String end = port.endPort() == null ? "" : " to " + port.endPort();
      throw rule.source
          .fault()
          .apply(at, "expected ports from 0 to 65535, found " + port.port() + end);
    }
  }

  private AddressSet remote(Rule rule, String at, Peer peer) {
    Access.IpBlock block = peer.ipBlock();
    if (block != null) {
      if (peer.workloadSelector() != null || peer.namespaceSelector() != null) {
        throw rule.source.fault().apply(at, "expected ipBlock alone, without selectors");
      }
      for (Prefix except : block.except()) {
        if (!block.cidr().contains(except)) {
          throw rule.source
              .fault()
              .apply(at + "/ipBlock/except", except + " is not within " + block.cidr());
        }
      }
      return AddressSet.of(List.of(block.cidr()), block.except());
    }
    if (peer.workloadSelector() == null && peer.namespaceSelector() == null) {
      throw rule.source
          .fault()
          .apply(at, "expected one of workloadSelector, namespaceSelector and ipBlock");
    }
    Set<Prefix> addresses = new LinkedHashSet<>();
    for (BoundWorkload bound : scene.workloads()) {
      Workload workload = bound.workload();
      String namespace = workload.namespaceOrDefault();
      boolean inNamespace =
          peer.namespaceSelector() == null
              ? namespace.equals(rule.access.namespaceOrDefault())
              : selection.choosesNamespace(peer.namespaceSelector(), namespace);
      if (inNamespace
          && (peer.workloadSelector() == null
              || Selection.chooses(peer.workloadSelector(), workload.labels()))) {
        addresses.addAll(bound.addresses());
      }
    }
    return AddressSet.of(addresses);
  }

  private static boolean chooses(Access access, BoundWorkload bound) {
    return access.namespaceOrDefault().equals(bound.workload().namespaceOrDefault())
        && Selection.chooses(access.workloadSelector(), bound.workload().labels());
  }

  /** Whether there are rules at all. */
  boolean any() {
    return any;
  }

  Collection<AddressSet> addressSets() {
    List<AddressSet> sets = new ArrayList<>();
    sets.add(host);
    for (Group group : groups.values()) {
      sets.add(group.addresses());
      for (Wanted one : group.wanted) {
        if (one.remote != null) {
          sets.add(one.remote);
        }
      }
    }
    return sets;
  }

  Collection<ServiceSet> serviceSets() {
    List<ServiceSet> sets = new ArrayList<>();
    for (Group group : groups.values()) {
      for (Wanted one : group.wanted) {
        if (one.service != null) {
          sets.add(one.service);
        }
      }
    }
    return sets;
  }

  void write(RuleTables tables, AddressPartition identities, ServicePartition services) {
    identities.of(host).forEach(one -> tables.traits.put(one, Isolation.HOST));
    for (Group group : groups.values()) {
      for (int local : identities.of(group.addresses())) {
        int traits = group.isolation;
        for (Wanted one : group.wanted) {
          traits |= kind(one) << Isolation.kindsAt(one.way);
          for (int remote : one.remote == null ? ANY : identities.of(one.remote)) {
            for (int service : one.service == null ? ANY : services.of(one.service)) {
              tables.permits.putIfAbsent(new Permit(one.way, local, remote, service), one.rule);
            }
          }
        }
        tables.traits.merge(local, traits, (a, b) -> a | b);
      }
    }
  }

  private static int kind(Wanted one) {
    if (one.remote == null) {
      return one.service == null ? Isolation.ANYTHING : Isolation.ANY_REMOTE;
    }
    return one.service == null ? Isolation.ANY_SERVICE : Isolation.EXACT;
  }
}
