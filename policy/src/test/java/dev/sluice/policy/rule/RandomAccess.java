package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Access.Expression;
import dev.sluice.policy.spec.Access.LabelSelector;
import dev.sluice.policy.spec.Access.Operator;
import dev.sluice.policy.spec.Namespace;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random workloads in three namespaces, and random rules of who may talk to whom. */
final class RandomAccess {
  private static final String[] APPS = {"web", "api", "db"};
  private static final String[] NAMESPACES = {"default", "shop", "ops"};
  private static final int[] PORTS = {53, 80, 443, 8_000, 8_050, 8_100};

  private final Random random;
  private final List<BoundWorkload> workloads = new ArrayList<>();

  RandomAccess(Random random, Judge judge, int count) {
    this.random = random;
    for (int i = 0; i < count; i++) {
      Map<String, String> labels = new HashMap<>();
      labels.put("app", pick(APPS));
      if (random.nextBoolean()) {
        labels.put("tier", random.nextBoolean() ? "front" : "back");
      }
      List<Workload.NamedPort> ports =
          random.nextInt(3) == 0
              ? List.of()
              : List.of(new Workload.NamedPort("http", pickPort(), null));
      workloads.add(
          new BoundWorkload(
              new Workload(
                  "w" + i,
                  pick(NAMESPACES),
                  labels,
                  "w" + i,
                  null,
                  null,
                  null,
                  null,
                  List.of(),
                  ports),
              judge.device(i),
              List.of(four(i + 1), six(i + 1))));
    }
  }

  static Spec spec(List<Access> rules, List<Namespace> namespaces) {
    return new Spec(
        List.of(),
        namespaces,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        rules,
        List.of(),
        List.of());
  }

  List<BoundWorkload> workloads() {
    return workloads;
  }

  List<Namespace> namespaces() {
    return List.of(
        new Namespace("shop", Map.of("team", "sales")),
        new Namespace("ops", Map.of("team", "infra")));
  }

  Map<String, Map<String, String>> namespaceLabels() {
    String name = "kubernetes.io/metadata.name";
    return Map.of(
        "default", Map.of(name, "default"),
        "shop", Map.of(name, "shop", "team", "sales"),
        "ops", Map.of(name, "ops", "team", "infra"));
  }

  private static Prefix four(int host) {
    return Prefix.four(0x0a00_0000 | host, 32);
  }

  private static Prefix six(int host) {
    return Prefix.six(0xfd00_0000_0000_0000L, host, 128);
  }

  /** The addresses of the host that they are on; blocks of rules name them, too. */
  List<Prefix> hostAddresses() {
    return List.of(four(230), four(231), six(230));
  }

  /** A workload's address, or sometimes one from outside, or this host's. */
  Prefix address(boolean six) {
    int host =
        switch (random.nextInt(8)) {
          case 0 -> 200 + random.nextInt(20);
          case 1 -> 230;
          default -> 1 + random.nextInt(10);
        };
    return six ? six(host) : four(host);
  }

  int port() {
    return random.nextInt(4) == 0 ? 1 + random.nextInt(0xffff) : pickPort();
  }

  List<Access> rules() {
    List<Access> rules = new ArrayList<>();
    int count = 1 + random.nextInt(7);
    for (int i = 0; i < count; i++) {
      List<Access.IngressRule> ingress = new ArrayList<>();
      for (int k = random.nextInt(3); k > 0; k--) {
        ingress.add(new Access.IngressRule(peers(), ports()));
      }
      List<Access.EgressRule> egress = new ArrayList<>();
      for (int k = random.nextInt(3); k > 0; k--) {
        egress.add(new Access.EgressRule(peers(), ports()));
      }
      List<Access.PolicyType> types =
          switch (random.nextInt(4)) {
            case 0 -> List.of(Access.PolicyType.INGRESS);
            case 1 -> List.of(Access.PolicyType.EGRESS);
            case 2 -> List.of(Access.PolicyType.INGRESS, Access.PolicyType.EGRESS);
            default -> List.of();
          };
      rules.add(new Access("rule" + i, pick(NAMESPACES), selector(), types, ingress, egress));
    }
    return rules;
  }

  private List<Access.Peer> peers() {
    List<Access.Peer> peers = new ArrayList<>();
    for (int k = random.nextInt(3); k > 0; k--) {
      peers.add(
          switch (random.nextInt(4)) {
            case 0 -> new Access.Peer(selector(), null, null);
            case 1 -> new Access.Peer(null, namespaceSelector(), null);
            case 2 -> new Access.Peer(selector(), namespaceSelector(), null);
            default -> new Access.Peer(null, null, block());
          });
    }
    return peers;
  }

  private Access.IpBlock block() {
    int bits = 24 + random.nextInt(9);
    int host = random.nextInt(240);
    if (random.nextBoolean()) {
      Prefix whole = Prefix.four(0x0a00_0000 | host, bits);
      Prefix hole = Prefix.four(whole.address4(), Math.min(32, bits + 1 + random.nextInt(3)));
      return new Access.IpBlock(whole, random.nextBoolean() ? List.of() : List.of(hole));
    }
    Prefix whole = Prefix.six(0xfd00_0000_0000_0000L, host, 96 + bits);
    return new Access.IpBlock(random.nextInt(4) == 0 ? Prefix.six(0, 0, 0) : whole, List.of());
  }

  private LabelSelector selector() {
    return switch (random.nextInt(5)) {
      case 0 -> new LabelSelector(Map.of(), List.of());
      case 1 -> new LabelSelector(Map.of("app", pick(APPS)), List.of());
      case 2 ->
          new LabelSelector(
              Map.of(), List.of(new Expression("app", Operator.IN, List.of("web", "db"))));
      case 3 ->
          new LabelSelector(
              Map.of(), List.of(new Expression("tier", Operator.NOT_IN, List.of("front"))));
      default ->
          new LabelSelector(
              Map.of(),
              List.of(
                  new Expression(
                      "tier",
                      random.nextBoolean() ? Operator.EXISTS : Operator.DOES_NOT_EXIST,
                      List.of())));
    };
  }

  private LabelSelector namespaceSelector() {
    return switch (random.nextInt(3)) {
      case 0 -> new LabelSelector(Map.of(), List.of());
      case 1 -> new LabelSelector(Map.of("team", "sales"), List.of());
      default -> new LabelSelector(Map.of(Selection.NAME_LABEL, pick(NAMESPACES)), List.of());
    };
  }

  private List<Access.Port> ports() {
    List<Access.Port> ports = new ArrayList<>();
    for (int k = random.nextInt(3); k > 0; k--) {
      Protocol protocol = random.nextInt(3) == 0 ? null : Protocol.values()[random.nextInt(4)];
      ports.add(
          switch (random.nextInt(4)) {
            case 0 -> new Access.Port(protocol, null, null);
            case 1 -> new Access.Port(null, "http", null);
            case 2 -> {
              int first = protocol == Protocol.ICMP ? 8 : pickPort();
              yield new Access.Port(protocol, Integer.toString(first), null);
            }
            default -> new Access.Port(protocol, "8000", 8_060);
          });
    }
    return ports;
  }

  private int pickPort() {
    return PORTS[random.nextInt(PORTS.length)];
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }
}
