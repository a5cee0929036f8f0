package dev.sluice.cli.policy;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.DeviceAddress;
import dev.sluice.kernel.device.DeviceState;
import dev.sluice.kernel.device.Devices;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.plan.Surroundings;
import dev.sluice.policy.spec.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds workloads on this machine: enters their network namespace, and follows its veth device out
 * to the end of it that is here.
 */
public final class HostSurroundings implements Surroundings {
  private static final int SHORTEST_ID = 12;

  private final Devices devices;
  private final Path processes;

  /**
   * Of a machine.
   *
   * @param devices the devices of the namespace that policies are applied in
   */
  public HostSurroundings(Devices devices) {
    this(devices, Path.of("/proc"));
  }

  HostSurroundings(Devices devices, Path processes) {
    this.devices = devices;
    this.processes = processes;
  }

  @Override
  public Binding bind(Workload workload) {
    String namespace = namespace(workload);
    if (namespace == null) {
      String device = workload.device();
      if (device == null) {
        throw wrong(workload, "expected a device, or one of netns, pid and container");
      }
      return new Binding(devices.get(device).device().name(), workload.addresses());
    }
    try (NetworkNamespace inside = NetworkNamespace.open(namespace);
        KernelDatapath datapath = KernelDatapath.open(inside)) {
      return bind(workload, inside, datapath.kernelDevices());
    }
  }

  /**
   * This host's own addresses: those of all devices of the namespace that policies are applied in,
   * but for those of a link alone, which come and go with each container's device.
   *
   * @return each once, in the kernel's order
   */
  @Override
  public List<Prefix> hostAddresses() {
    return prefixes(
        devices.addresses(),
        address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress());
  }

  private static List<Prefix> prefixes(
      List<DeviceAddress> addresses, Predicate<InetAddress> wanted) {
    return addresses.stream()
        .map(DeviceAddress::address)
        .filter(wanted)
        .map(address -> Prefix.parse(address.getHostAddress().replaceFirst("%.*", "")))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  private Binding bind(Workload workload, NetworkNamespace namespace, Devices inside) {
    String name = Objects.requireNonNullElse(workload.interfaceName(), "eth0");
    DeviceState end;
    try {
      end = inside.get(name);
    } catch (NotFound e) {
      throw new NotFound("device in the network namespace of workload " + workload.name(), name);
    }
    List<Prefix> addresses = workload.addresses();
    if (addresses.isEmpty()) {
      addresses =
          prefixes(
              inside.addresses(end.device()),
              address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress());
    }
    String said = workload.device();
    return new Binding(
        said != null ? devices.get(said).device().name() : here(workload, namespace, end),
        addresses);
  }

  /**
   * The other end of a veth: each of the two tells the other's index, and in which namespace it is.
   * The index alone does not tell, for namespaces count alike.
   */
  private String here(Workload workload, NetworkNamespace namespace, DeviceState end) {
    DeviceState here = end.linkIndex() == 0 ? null : devices.find(end.linkIndex());
    if (!end.kind().equals("veth")
        || here == null
        || !here.kind().equals("veth")
        || here.linkIndex() != end.device().index()
        || here.linkNamespace() != devices.namespaceId(namespace)) {
      throw wrong(
          workload,
          "its "
              + end.device().name()
              + (end.kind().isEmpty() ? "" : " (" + end.kind() + ")")
              + " does not lead to a veth device here; say which device does: device: NAME");
    }
    return here.device().name();
  }

  private @Nullable String namespace(Workload workload) {
    String netns = workload.netns();
    if (netns != null) {
      return netns;
    }
    Integer pid = workload.pid();
    String container = workload.container();
    if (pid == null && container == null) {
      return null;
    }
    if (pid != null) {
      if (!Files.exists(processes.resolve(pid.toString()))) {
        throw new NotFound("process", pid.toString());
      }
      return namespace(pid).toString();
    }
    return namespace(process(workload, Objects.requireNonNull(container))).toString();
  }

  private Path namespace(long process) {
    return processes.resolve(process + "/ns/net");
  }

  /** A process of a container, whose id is part of the name of its control group. */
  private long process(Workload workload, String container) {
    if (container.length() < SHORTEST_ID || !container.matches("[0-9a-f]+")) {
      throw wrong(
          workload,
          "expected a container's id, 12 hexadecimal digits or more of it, found " + container);
    }
    // As runtimes write it: /docker/ID, docker-ID.scope, cri-containerd-ID.scope. What is called
    // conmon is the process on the host that watches over a container.
    Pattern group =
        Pattern.compile(".*(?<!-conmon)[/:-](" + container + "[0-9a-f]*)(\\.scope)?(/.*)?");
    SortedMap<Long, String> found = new TreeMap<>();
    try (Stream<Path> folders = Files.list(processes)) {
      folders
          .filter(folder -> folder.getFileName().toString().matches("[0-9]+"))
          .forEach(
              folder -> {
                String id = id(folder, group);
                long process = Long.parseLong(folder.getFileName().toString());
                // One that has ended, and that nobody asked about yet, is in no namespace.
                if (id != null && Files.exists(namespace(process))) {
                  found.put(process, id);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (found.isEmpty()) {
      throw new NotFound("container with a process", container);
    }
    Set<String> ids = new TreeSet<>(found.values());
    if (ids.size() > 1) {
      throw wrong(
          workload, container + " begins the ids of several containers: " + String.join(", ", ids));
    }
    return found.firstKey();
  }

  /** The id of the container that a process is in, if it is one that is looked for. */
  private static @Nullable String id(Path process, Pattern group) {
    try {
      return Files.readString(process.resolve("cgroup"))
          .lines()
          .map(group::matcher)
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null; // it ended meanwhile
    }
  }

  private static InvalidInput wrong(Workload workload, String problem) {
    return new InvalidInput("workload " + workload.name(), 0, 0, problem);
  }
}
