package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Workload;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' network policies word by word: rule by rule and peer by peer, with nothing of what
 * the compiler does to be fast.
 */
record AccessModel(
    List<Access> rules,
    List<BoundWorkload> workloads,
    List<Prefix> hostAddresses,
    Map<String, Map<String, String>> namespaces) {
  boolean allows(Prefix from, Prefix to, Protocol protocol, int port) {
    // "Traffic to and from the node where a Pod is running is always allowed."
    return hostAddresses.contains(from)
        || hostAddresses.contains(to)
        || ends(from, to, true, protocol, port) && ends(to, from, false, protocol, port);
  }

  private @Nullable BoundWorkload at(Prefix address) {
    return workloads.stream()
        .filter(one -> one.addresses().contains(address))
        .findFirst()
        .orElse(null);
  }

  private boolean ends(Prefix own, Prefix other, boolean egress, Protocol protocol, int port) {
    BoundWorkload bound = at(own);
    if (bound == null) {
      return true;
    }
    boolean selected = false;
    for (Access rule : rules) {
      if (!rule.namespaceOrDefault().equals(bound.workload().namespaceOrDefault())
          || !holds(rule.workloadSelector(), bound.workload().labels())
          || !speaks(rule, egress)) {
        continue;
      }
      selected = true;
      Workload receiver = egress ? workloadAt(other) : bound.workload();
      if (egress) {
        for (Access.EgressRule one : rule.egress()) {
          if (peer(rule, one.to(), other) && port(one.ports(), protocol, port, receiver)) {
            return true;
          }
        }
      } else {
        for (Access.IngressRule one : rule.ingress()) {
          if (peer(rule, one.from(), other) && port(one.ports(), protocol, port, receiver)) {
            return true;
          }
        }
      }
    }
    return !selected;
  }

  private @Nullable Workload workloadAt(Prefix address) {
    BoundWorkload bound = at(address);
    return bound == null ? null : bound.workload();
  }

  private static boolean speaks(Access rule, boolean egress) {
    if (rule.policyTypes().isEmpty()) {
      return !egress || !rule.egress().isEmpty();
    }
    return rule.policyTypes()
        .contains(egress ? Access.PolicyType.EGRESS : Access.PolicyType.INGRESS);
  }

  private boolean peer(Access rule, List<Access.Peer> peers, Prefix other) {
    return peers.isEmpty() || peers.stream().anyMatch(one -> peer(rule, one, other));
  }

  private boolean peer(Access rule, Access.Peer peer, Prefix other) {
    if (peer.ipBlock() != null) {
      return peer.ipBlock().cidr().contains(other)
          && peer.ipBlock().except().stream().noneMatch(one -> one.contains(other));
    }
    Workload workload = workloadAt(other);
    if (workload == null) {
      return false;
    }
    String namespace = workload.namespaceOrDefault();
    boolean there =
        peer.namespaceSelector() == null
            ? namespace.equals(rule.namespaceOrDefault())
            : holds(peer.namespaceSelector(), namespaces.getOrDefault(namespace, Map.of()));
    return there
        && (peer.workloadSelector() == null || holds(peer.workloadSelector(), workload.labels()));
  }

  private static boolean port(
      List<Access.Port> ports, Protocol protocol, int port, @Nullable Workload receiver) {
    if (ports.isEmpty()) {
      return true;
    }
    for (Access.Port one : ports) {
      Protocol wanted = one.protocol() == null ? Protocol.TCP : one.protocol();
      if (wanted != protocol) {
        continue;
      }
      if (one.port() == null) {
        return true;
      }
      if (Character.isDigit(one.port().charAt(0))) {
        int first = Integer.parseInt(one.port());
        if (port >= first && port <= (one.endPort() == null ? first : one.endPort())) {
          return true;
        }
      } else if (receiver != null) {
        for (Workload.NamedPort named : receiver.ports()) {
          Protocol its = named.protocol() == null ? Protocol.TCP : named.protocol();
          if (named.name().equals(one.port()) && its == protocol && named.port() == port) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean holds(Access.LabelSelector selector, Map<String, String> labels) {
    for (Map.Entry<String, String> wanted : selector.matchLabels().entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (Access.Expression one : selector.matchExpressions()) {
      String value = labels.get(one.key());
      boolean holds =
          switch (one.operator()) {
            case IN -> value != null && one.values().contains(value);
            case NOT_IN -> value == null || !one.values().contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }
}
