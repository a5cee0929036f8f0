package dev.sluice.cli;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.Devices;
import dev.sluice.kernel.syscall.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace with the two ends of a veth device, {@code in0} and {@code out0}, and a BPF
 * file system of its own. All of it goes with the test. Tests are skipped where none of it can be
 * made.
 */
public final class Testbed implements AutoCloseable {
  private final int descriptors;
  private final NetworkNamespace namespace;
  private final KernelDatapath datapath;
  private final Path folder;
  private final Path bpfFileSystem;

  private Testbed(int descriptors, NetworkNamespace namespace, Path folder) {
    this.descriptors = descriptors;
    this.namespace = namespace;
    this.folder = folder;
    bpfFileSystem = folder.resolve("bpf");
    datapath = KernelDatapath.open(namespace);
  }

  /** Makes one. */
  public static Testbed create() {
    try {
      int descriptors = Fd.openCount();
      Testbed bed =
          new Testbed(
              descriptors, NetworkNamespace.create("cli"), Files.createTempDirectory("cli"));
      Files.createDirectory(bed.bpfFileSystem);
      command("mount", "-t", "bpf", "bpf", bed.bpfFileSystem.toString());
      bed.addDevices();
      return bed;
    } catch (NotPermitted e) {
      Assumptions.abort("needs a network namespace: " + e.getMessage());
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addDevices() throws IOException {
    Devices devices = datapath.kernelDevices();
    Device out = devices.createVeth("out0", "in0", null);
    Device in = datapath.device("in0");
    devices.setUp(out, true);
    devices.setUp(in, true);
    devices.addAddress(out, InetAddress.getByName("10.9.0.1"), 24);
    devices.addNeighbour(out, InetAddress.getByName("10.9.0.2"), Bytes.ofHex("020000000002"));
  }

  private static void command(String... words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        Assumptions.abort(String.join(" ", words) + ": " + said);
      }
    } catch (IOException e) {
      Assumptions.abort(String.join(" ", words) + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The datapath of the namespace, to look at what the command did. */
  public KernelDatapath datapath() {
    return datapath;
  }

  /** The namespace. */
  public NetworkNamespace namespace() {
    return namespace;
  }

  /** The BPF file system. */
  public Path bpfFileSystem() {
    return bpfFileSystem;
  }

  /** Runs a command in the namespace, whose words are separated by blanks. */
  public Run run(String line) {
    return run(line.split(" "));
  }

  /** Runs a command in the namespace. */
  public Run run(String... words) {
    List<String> args = new ArrayList<>(List.of("-n", namespace.path().toString()));
    args.addAll(List.of(words));
    return Run.of(bpfFileSystem, args.toArray(String[]::new));
  }

  /** Writes a file and returns its path, which holds no blanks. */
  public String file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file with a program that returns a verdict. */
  public String program(String name, int verdict) {
    return file(
        name + ".bpfasm",
        """
        .license GPL
        .program %s tcx
          r0 = %d
          exit
        """
            .formatted(name, verdict));
  }

  /** The names of the programs of a chain, in the order they run. */
  public List<String> names(Chain chain) {
    List<String> names = new ArrayList<>();
    for (ChainEntry entry : chain.query().entries()) {
      try (Program program = datapath.programs().open(entry.programId())) {
        names.add(program.info().name());
      }
    }
    return names;
  }

  /** Sends datagrams of 100 bytes out of {@code out0}. */
  public void send(int datagrams) {
    namespace.call(
        () -> {
          try (DatagramChannel channel = DatagramChannel.open()) {
            for (int i = 0; i < datagrams; i++) {
              channel.send(ByteBuffer.allocate(100), new InetSocketAddress("10.9.0.2", 9));
            }
          }
          return datagrams;
        });
  }

  /** The pins that are there. */
  public List<Path> pins() {
    try (var files = Files.walk(bpfFileSystem)) {
      return files
          .filter(Files::isRegularFile)
          .filter(path -> !path.toString().endsWith(".debug"))
          .map(bpfFileSystem::relativize)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes everything and fails if the test leaked file descriptors. */
  @Override
  public void close() {
    datapath.close();
    namespace.close();
    command("umount", bpfFileSystem.toString());
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (Fd.openCount() != descriptors) {
      throw new AssertionError(
          "file descriptors leaked: " + descriptors + " before, " + Fd.openCount() + " behind");
    }
  }
}
