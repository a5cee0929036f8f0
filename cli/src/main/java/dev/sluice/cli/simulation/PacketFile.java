package dev.sluice.cli.simulation;

import dev.sluice.datapath.Handle;
import dev.sluice.engine.net.DropPlace;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.PacketObserver;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.packet.capture.PcapngWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes what leaves by a host's devices, with the class it waited in, and what is dropped there.
 */
final class PacketFile implements PacketObserver, AutoCloseable {
  private static final String APPLICATION = "sluice try";

  private final Path target;
  private final Host host;
  private final PcapngWriter writer;
  private final Map<String, Integer> interfaces = new HashMap<>();
  private final Map<Integer, String> comments = new HashMap<>();
  private long epoch;

  PacketFile(Path target, Host host) throws IOException {
    this.target = target;
    this.host = host;
    writer = new PcapngWriter(target, APPLICATION);
  }

  /** What time 0 of the simulation is, in nanoseconds since 1970. */
  void setEpoch(long nanoseconds) {
    epoch = nanoseconds;
  }

  @Override
  public void transmitted(NetDevice device, SocketBuffer packet, long now) {
    if (device.host() == host) {
      String comment =
          packet.queueClass == 0
              ? ""
              : comments.computeIfAbsent(packet.queueClass, id -> "class " + new Handle(id));
      write(device.name(), packet, now, comment);
    }
  }

  @Override
  public void dropped(NetDevice device, SocketBuffer packet, DropPlace place, long now) {
    if (device.host() == host) {
      write(device.name() + " (dropped)", packet, now, "dropped by " + Findings.culprit(place));
    }
  }

  private void write(String name, SocketBuffer packet, long now, String comment) {
    try {
      Integer number = interfaces.get(name);
      if (number == null) {
        number = writer.addInterface(name);
        interfaces.put(name, number);
      }
      writer.packet(
          number,
          epoch + now,
          packet.bytes,
          packet.head,
          packet.held(),
          packet.length,
          PcapngWriter.Direction.OUT,
          comment.isEmpty() ? null : comment);
    } catch (IOException e) {
      throw new UncheckedIOException(named(e));
    }
  }

  /** Such as that there is no space left, which does not tell where. */
  private IOException named(IOException e) {
    if (e instanceof FileSystemException) {
      return e;
    }
    FileSystemException named = new FileSystemException(target.toString(), null, e.getMessage());
    named.initCause(e);
    return named;
  }

  /** All is written. */
  void finish() {
    writer.finish();
  }

  @Override
  public void close() throws IOException {
    try {
      writer.close();
    } catch (IOException e) {
      throw named(e);
    }
  }
}
