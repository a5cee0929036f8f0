package dev.sluice.conformance.kernel;

import dev.sluice.conformance.testbed.GroupSocket;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.bpf.ControlGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A UDP socket that was made while this process was in a control group, and so belongs to it for
 * good ({@code cgroup_sk_alloc}). The process goes back at once.
 */
final class KernelGroupSocket implements GroupSocket {
  private static final String PROCESSES = "cgroup.procs";

  private final DatagramChannel channel;
  private final List<String> texts = new ArrayList<>();

  KernelGroupSocket(
      NetworkNamespace namespace, Path group, String address, InetSocketAddress peer) {
    channel =
        namespace.call(
            () -> {
              Path home = home();
              enter(group);
              try {
                DatagramChannel made = DatagramChannel.open();
                made.bind(new InetSocketAddress(address, PORT)).connect(peer);
                made.configureBlocking(false);
                return made;
              } finally {
                enter(home);
              }
            });
  }

  /** The group that this process is in, of version 2. */
  private static Path home() throws IOException {
    String own =
        Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
            .filter(line -> line.startsWith("0::/"))
            .findFirst()
            .orElse("0::/");
    return ControlGroup.mounts().getFirst().resolve(own.substring("0::/".length()));
  }

  private static void enter(Path group) throws IOException {
    Files.writeString(group.resolve(PROCESSES), Long.toString(ProcessHandle.current().pid()));
  }

  @Override
  public void send(String text) {
    try {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException _) {
      // A program of the group dropped it, which the kernel tells the sender: EPERM.
    }
  }

  @Override
  public List<String> received() {
    ByteBuffer buffer = ByteBuffer.allocate(2000);
    try {
      while (channel.read(buffer) > 0) {
        texts.add(StandardCharsets.US_ASCII.decode(buffer.flip()).toString());
        buffer.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(texts);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
