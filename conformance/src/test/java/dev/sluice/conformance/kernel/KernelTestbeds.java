package dev.sluice.conformance.kernel;

import dev.sluice.conformance.testbed.Testbed;
import dev.sluice.conformance.testbed.TestbedProvider;
import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.syscall.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes testbeds on this machine's kernel. */
final class KernelTestbeds implements TestbedProvider {
  private static final Optional<String> UNAVAILABLE = tryNamespace();

  /** Probed once, and not before it is known that there can be a testbed. */
  private static final class Probed {
    static final Capabilities CAPABILITIES = probe();

    private static Capabilities probe() {
      try (NetworkNamespace namespace = NetworkNamespace.create("probe");
          Datapath datapath = KernelDatapath.open(namespace)) {
        return datapath.capabilities();
      }
    }
  }

  private static Optional<String> tryNamespace() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("not Linux");
    }
    // The first channel that is closed has the JVM open a socket for good, which is no test's.
    try (NetworkNamespace _ = NetworkNamespace.create("probe");
        DatagramChannel _ = DatagramChannel.open()) {
      return Optional.empty();
    } catch (NotPermitted e) {
      return Optional.of("not root");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "kernel";
  }

  @Override
  public Optional<String> unavailable() {
    return UNAVAILABLE;
  }

  @Override
  public Testbed open() {
    return new KernelTestbed();
  }

  @Override
  public Optional<String> lacks(Feature feature) {
    return switch (Probed.CAPABILITIES.of(feature)) {
      case Support.Supported _ -> Optional.empty();
      case Support.Missing(String reason) -> Optional.of(reason);
      case Support.Unknown(String reason) ->
          throw new IllegalStateException(
              "cannot tell whether there is " + feature + ": " + reason);
    };
  }

  /** File descriptors: all that the kernel module counts, and of those to BPF and the network. */
  @Override
  public Map<String, Integer> openResources() {
    Map<String, Integer> counts = new TreeMap<>();
    counts.put("owned by Fd", Fd.openCount());
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      descriptors.forEach(descriptor -> count(descriptor, counts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counts;
  }

  /** Counts a descriptor, unless it is to a file that the JVM may open whenever it likes. */
  private static void count(Path descriptor, Map<String, Integer> counts) {
    String target;
    try {
      target = Files.readSymbolicLink(descriptor).toString();
    } catch (IOException goneMeanwhile) {
      return;
    }
    if (target.contains("bpf") || target.startsWith("socket:") || target.contains("net:[")) {
      counts.merge(target.replaceAll("\\d+", "N"), 1, Integer::sum);
    }
  }
}
