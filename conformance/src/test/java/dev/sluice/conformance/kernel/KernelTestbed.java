package dev.sluice.conformance.kernel;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Host;
import dev.sluice.conformance.testbed.Testbed;
import dev.sluice.datapath.Bytes;
import dev.sluice.kernel.bpf.ControlGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Two network namespaces with veth pairs between them. */
final class KernelTestbed implements Testbed {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final KernelHost left = new KernelHost("left");
  private final KernelHost right = new KernelHost("right");
  private final Deque<Path> groups = new ArrayDeque<>();
  private final Map<Integer, Fences> wires = new TreeMap<>();
  private final Path pins =
      Path.of(
          "/sys/fs/bpf",
          "sluice_" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet());

  KernelTestbed() {
    addWire(0);
  }

  @Override
  public Host left() {
    return left;
  }

  @Override
  public Host right() {
    return right;
  }

  @Override
  public void addWire(int number) {
    left.devices().createVeth(left.deviceName(number), right.deviceName(number), right.namespace());
    plug(number);
  }

  @Override
  public void addNetkit(int number) {
    left.devices()
        .createNetkit(left.deviceName(number), right.deviceName(number), right.namespace());
    plug(number);
  }

  private void plug(int number) {
    left.plug(number);
    right.plug(number);
    Fences fences = new Fences(left, right, number);
    wires.put(number, fences);
    fences.awaitCarrier();
  }

  @Override
  public void removeWire(int number) {
    Fences fences = wires.remove(number);
    if (fences == null) {
      throw new IllegalArgumentException("no wire " + number);
    }
    fences.close();
    left.devices().delete(left.device(number));
    left.unplug(number);
    right.unplug(number);
  }

  @Override
  public Path addGroup(String path) {
    if (groups.isEmpty()) {
      List<Path> mounts = ControlGroup.mounts();
      Assumptions.assumeFalse(mounts.isEmpty(), "no control groups of version 2 are mounted");
      makeGroup(mounts.getFirst().resolve(pins.getFileName()));
      left.address(right);
      right.address(left);
    }
    Path group = groups.getLast().resolve(path);
    makeGroup(group);
    return group;
  }

  private void makeGroup(Path group) {
    try {
      Files.createDirectory(group);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    groups.push(group);
  }

  @Override
  public void removeGroup(Path group) {
    groups.remove(group);
    unpin(group);
  }

  /**
   * Sends a fence over each wire and back. Frames keep their order, so when a fence is through,
   * what was sent before it is too. A redirect makes a frame go over a second wire, so it is done
   * twice.
   */
  @Override
  public void settle() {
    for (int round = 0; round < 2; round++) {
      wires.values().forEach(Fences::pass);
    }
  }

  @Override
  public Path pinDirectory() {
    return pins;
  }

  @Override
  public void unpin(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    wires.values().forEach(Fences::close);
    left.close();
    right.close();
    groups.forEach(this::unpin);
    if (!Files.isDirectory(pins)) {
      return;
    }
    try (Stream<Path> names = Files.list(pins)) {
      names.forEach(this::unpin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    unpin(pins);
  }

  /** Sends frames of a protocol that no test uses from end to end of a wire. */
  private static final class Fences implements AutoCloseable {
    /** For local experiments (IEEE 802). */
    private static final int PROTOCOL = 0x88b5;

    private final KernelHost left;
    private final KernelHost right;
    private final int wire;
    private final PacketSocket atLeft;
    private final PacketSocket atRight;
    private long sent;

    Fences(KernelHost left, KernelHost right, int wire) {
      this.left = left;
      this.right = right;
      this.wire = wire;
      atLeft = PacketSocket.receiver(left.namespace(), left.device(wire), PROTOCOL);
      atRight = PacketSocket.receiver(right.namespace(), right.device(wire), PROTOCOL);
    }

    /**
     * Sends until something comes through. The end that was switched on first gets its carrier, and
     * only then its queue, from a worker of the kernel's ({@code net/core/link_watch.c}).
     */
    void awaitCarrier() {
      for (KernelHost from : List.of(left, right)) {
        PacketSocket arrivals = from == left ? atRight : atLeft;
        boolean through =
            Await.until(
                () -> {
                  from.send(from.device(wire), fence(0), 0);
                  return arrivals.receive() != null;
                },
                is -> is);
        if (!through) {
          throw new AssertionError("wire " + wire + " does not carry from " + from.device(wire));
        }
      }
    }

    private static Frame fence(long number) {
      ByteBuffer bytes = ByteBuffer.allocate(Frame.ETHERNET_HEADER + 8);
      bytes.putShort(12, (short) PROTOCOL).putLong(Frame.ETHERNET_HEADER, number);
      return new Frame(Bytes.copyOf(bytes.array()));
    }

    void pass() {
      pass(left, atRight);
      pass(right, atLeft);
    }

    private void pass(KernelHost from, PacketSocket arrivals) {
      sent++;
      Frame fence = fence(sent);
      from.send(from.device(wire), fence, 0);
      boolean through = Await.until(() -> fence.equals(arrivals.receive()), is -> is);
      if (!through) {
        throw new AssertionError(
            "the testbed's own frame from "
                + from.device(wire)
                + " was lost: is everything"
                + " dropped there, or queued?");
      }
    }

    @Override
    public void close() {
      atLeft.close();
      atRight.close();
    }
  }
}
