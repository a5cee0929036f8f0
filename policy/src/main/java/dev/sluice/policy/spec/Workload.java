package dev.sluice.policy.spec;

import dev.sluice.policy.address.Prefix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Somebody behind a device of this host. */
@Doc(
    "Somebody behind a device of this host: a container, a pod, a virtual machine. Say its device,"
        + " or one of `netns`, `pid` and `container`, from which device and addresses are found.")
public record Workload(
    @Doc(value = "Unique within its namespace.", pattern = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
        String name,
    @Doc(value = "The namespace it belongs to.", otherwise = "default") @Nullable String namespace,
    @Doc("What rules choose it by.") Map<String, String> labels,
    @Doc("The device on this host that leads to it, such as its veth's end here.")
        @Nullable String device,
    @Doc("Its network namespace: a name of `ip netns`, or a path.") @Nullable String netns,
    @Doc(value = "A process in its network namespace.", least = 1, most = 1 << 22)
        @Nullable Integer pid,
    @Doc("Its container's id, or the first twelve characters or more of it.")
        @Nullable String container,
    @Doc(value = "Its device within its network namespace.", otherwise = "eth0")
        @Nullable String interfaceName,
    @Doc("Its addresses; found where its network namespace is known.") List<Prefix> addresses,
    @Doc("Names for ports, for rules that name them.") List<NamedPort> ports) {
  /** The namespace of whoever says none. */
  public static final String DEFAULT_NAMESPACE = "default";

  /** Copies the lists. */
  public Workload {
    labels = Map.copyOf(labels);
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
  }

  /** The namespace it is in. */
  public String namespaceOrDefault() {
    return namespace == null ? DEFAULT_NAMESPACE : namespace;
  }

  /** A port with a name. */
  @Doc("A port with a name.")
  public record NamedPort(
      @Doc(value = "The name that rules say.", pattern = "[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?")
          String name,
      @Doc(value = "The port.", least = 1, most = 65_535) int port,
      @Doc(value = "The protocol.", otherwise = "TCP") @Nullable Protocol protocol) {}
}
