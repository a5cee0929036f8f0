package dev.sluice.policy.spec;

import dev.sluice.policy.address.Prefix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may talk to whom, as a Kubernetes NetworkPolicy ({@code networking.k8s.io/v1}) says it. */
@Doc(
    "Who may talk to whom, as a Kubernetes NetworkPolicy says it. A workload that is chosen may be"
        + " reached (`Ingress`) or reach others (`Egress`) only as the rules of all that choose it"
        + " say; replies pass, and both ends must allow a connection.")
public record Access(
    @Doc("What reports call it.") String name,
    @Doc(value = "The namespace whose workloads it is about.", otherwise = "default")
        @Nullable String namespace,
    @Doc("Which workloads of the namespace; `{}` for all of them.") LabelSelector workloadSelector,
    @Doc("Which ways it is about; `Ingress` unless said, and `Egress` where there are such rules.")
        List<PolicyType> policyTypes,
    @Doc("From whom connections may come.") List<IngressRule> ingress,
    @Doc("To whom connections may go.") List<EgressRule> egress) {
  /** Copies the lists. */
  public Access {
    policyTypes = List.copyOf(policyTypes);
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }

  /** The namespace it is about. */
  public String namespaceOrDefault() {
    return namespace == null ? Workload.DEFAULT_NAMESPACE : namespace;
  }

  /** A way that it is about. */
  @Doc("A way that connections are made.")
  public enum PolicyType {
    /** Towards the workload. */
    INGRESS,
    /** From the workload. */
    EGRESS
  }

  /** Labels that are chosen by. */
  @Doc("Chooses by labels: all that is said must hold, and nothing said chooses all.")
  public record LabelSelector(
      @Doc("Labels with their values.") Map<String, String> matchLabels,
      @Doc("More conditions.") List<Expression> matchExpressions) {
    /** Copies the collections. */
    public LabelSelector {
      matchLabels = Map.copyOf(matchLabels);
      matchExpressions = List.copyOf(matchExpressions);
    }
  }

  /** A condition on a label. */
  @Doc("A condition on a label.")
  public record Expression(
      @Doc("The label.") String key,
      @Doc("What must hold.") Operator operator,
      @Doc("The values, of `In` and `NotIn`.") List<String> values) {
    /** Copies the list. */
    public Expression {
      values = List.copyOf(values);
    }
  }

  /** What must hold of a label. */
  @Doc("What must hold of a label.")
  public enum Operator {
    /** It has one of the values. */
    IN,
    /** It has none of the values, or is not there. */
    NOT_IN,
    /** It is there. */
    EXISTS,
    /** It is not there. */
    DOES_NOT_EXIST
  }

  /** From whom, and to which ports. */
  @Doc("From whom, and to which ports.")
  public record IngressRule(
      @Doc("From whom: any of these; anybody if there are none.") List<Peer> from,
      @Doc("The workload's ports: any of these; all if there are none.") List<Port> ports) {
    /** Copies the lists. */
    public IngressRule {
      from = List.copyOf(from);
      ports = List.copyOf(ports);
    }
  }

  /** To whom, and to which ports. */
  @Doc("To whom, and to which ports.")
  public record EgressRule(
      @Doc("To whom: any of these; anybody if there are none.") List<Peer> to,
      @Doc("The other's ports: any of these; all if there are none.") List<Port> ports) {
    /** Copies the lists. */
    public EgressRule {
      to = List.copyOf(to);
      ports = List.copyOf(ports);
    }
  }

  /** The other end. */
  @Doc(
      "The other end: workloads of this namespace, all of namespaces, workloads of namespaces if"
          + " both are said, or addresses.")
  public record Peer(
      @Doc("Workloads; of the rule's namespace unless `namespaceSelector` says of which.")
          @Nullable LabelSelector workloadSelector,
      @Doc("Namespaces.") @Nullable LabelSelector namespaceSelector,
      @Doc("Addresses; stands alone.") @Nullable IpBlock ipBlock) {}

  /** Addresses. */
  @Doc("Addresses.")
  public record IpBlock(
      @Doc("A prefix.") Prefix cidr,
      @Doc("Prefixes within it that are not meant.") List<Prefix> except) {
    /** Copies the list. */
    public IpBlock {
      except = List.copyOf(except);
    }
  }

  /** A port, or some of them. */
  @Doc("A port, or some of them; all of the protocol if none is said.")
  public record Port(
      @Doc(value = "The protocol.", otherwise = "TCP") @Nullable Protocol protocol,
      @Doc("A number, or a name that the workload gives to a port. Of ICMP, its type.")
          @Nullable String port,
      @Doc(value = "The last of several ports.", least = 1, most = 65_535)
          @Nullable Integer endPort) {}
}
