package dev.sluice.conformance.kernel;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.syscall.Fd;
import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A socket for whole frames ({@code packet(7)}).
 *
 * <p>One that is bound to an Ethernet protocol sees what comes to the host <em>past</em> the
 * ingress hooks ({@code deliver_ptype_list_skb} at the end of {@code __netif_receive_skb_core}),
 * and nothing that the host sends itself; a socket for all protocols would see frames before the
 * hooks.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PRIORITY = 12;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int RECEIVE_BUFFER = 4 << 20;
  private static final int ADDRESS_SIZE = 20;
  private static final int LONGEST_FRAME = 65_536;

  private final Fd fd;

  private PacketSocket(Fd fd) {
    this.fd = fd;
  }

  /** A socket that sends, and receives nothing. */
  public static PacketSocket sender(NetworkNamespace namespace) {
    return new PacketSocket(
        namespace.call(
            () -> {
              int type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
              return new Fd((int) check("socket", SyscallNumber.SOCKET, AF_PACKET, type, 0));
            }));
  }

  /** A socket that receives a device's frames of an Ethernet protocol. */
  public static PacketSocket receiver(NetworkNamespace namespace, Device device, int protocol) {
    PacketSocket socket = sender(namespace);
    try (Arena arena = Arena.ofConfined()) {
      socket.option(SO_RCVBUFFORCE, RECEIVE_BUFFER);
      MemorySegment address = address(arena, device, protocol);
      check("bind", SyscallNumber.BIND, socket.fd.number(), address.address(), ADDRESS_SIZE);
    } catch (RuntimeException | Error e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  /** {@code struct sockaddr_ll} of {@code include/uapi/linux/if_packet.h}. */
  private static MemorySegment address(Arena arena, Device device, int protocol) {
    MemorySegment address = arena.allocate(ADDRESS_SIZE, 4);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
    address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) protocol);
    address.set(ValueLayout.JAVA_INT, 4, device.index());
    return address;
  }

  private void option(int name, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(ValueLayout.JAVA_INT);
      memory.set(ValueLayout.JAVA_INT, 0, value);
      long result =
          Syscalls.call(
              SyscallNumber.SETSOCKOPT, fd.number(), SOL_SOCKET, name, memory.address(), 4, 0);
      if (result < 0) {
        throw failed("setsockopt " + name, result);
      }
    }
  }

  /** Sets the {@code skb->priority} of what is sent from now on. */
  public void setPriority(int priority) {
    option(SO_PRIORITY, priority);
  }

  /** Sends a frame. That a hook or a qdisc drops it is no error. */
  public void send(Device device, Frame frame) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame.bytes().toArray());
      long result =
          Syscalls.call(
              SyscallNumber.SENDTO,
              fd.number(),
              memory.address(),
              memory.byteSize(),
              0,
              address(arena, device, frame.protocol()).address(),
              ADDRESS_SIZE);
      if (result < 0 && result != -Errno.ENOBUFS.number()) {
        throw failed("send by " + device, result);
      }
    }
  }

  /** The next frame; null if there is none. */
  public @Nullable Frame receive() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LONGEST_FRAME);
      long result =
          Syscalls.call(
              SyscallNumber.RECVFROM, fd.number(), memory.address(), LONGEST_FRAME, 0, 0, 0);
      if (result == -Errno.EAGAIN.number() || result == -Errno.ENETDOWN.number()) {
        return null;
      }
      if (result < 0) {
        throw failed("receive", result);
      }
      byte[] bytes = memory.asSlice(0, result).toArray(ValueLayout.JAVA_BYTE);
      return new Frame(Bytes.copyOf(bytes));
    }
  }

  private static long check(String what, SyscallNumber call, long a, long b, long c) {
    long result = Syscalls.call(call, a, b, c);
    if (result < 0) {
      throw failed(what, result);
    }
    return result;
  }

  private static IllegalStateException failed(String what, long result) {
    return new IllegalStateException("packet socket: " + what + ": " + Errno.nameOf((int) -result));
  }

  @Override
  public void close() {
    fd.close();
  }
}
