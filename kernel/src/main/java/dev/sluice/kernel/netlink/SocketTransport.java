package dev.sluice.kernel.netlink;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.syscall.Fd;
import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A netlink socket of a network namespace. */
final class SocketTransport implements Transport {
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;

  /** Has the kernel tell a datagram's whole length even where the buffer is shorter. */
  private static final int MSG_TRUNC = 0x20;

  private static final int BUFFER_BOUND = 4 << 20;

  private final Fd fd;
  private final int receiveBound;

  private SocketTransport(Fd fd, int receiveBound) {
    this.fd = fd;
    this.receiveBound = receiveBound;
  }

  static SocketTransport open(NetworkNamespace namespace) {
    Fd fd = namespace.isCurrent() ? openHere() : namespace.call(SocketTransport::openHere);
    try {
      set(fd, NetlinkDescriptor.SOL_NETLINK, NetlinkDescriptor.NETLINK_EXT_ACK, 1);
      set(fd, NetlinkDescriptor.SOL_NETLINK, NetlinkDescriptor.NETLINK_CAP_ACK, 1);
      // Answers to a long send must all fit. The bound costs nothing until it is used.
      if (set(fd, NetlinkDescriptor.SOL_SOCKET, NetlinkDescriptor.SO_RCVBUFFORCE, BUFFER_BOUND)
          < 0) {
        set(fd, NetlinkDescriptor.SOL_SOCKET, NetlinkDescriptor.SO_RCVBUF, BUFFER_BOUND);
      }
      return new SocketTransport(fd, receiveBound(fd));
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  private static Fd openHere() {
    long result =
        Syscalls.call(
            SyscallNumber.SOCKET,
            NetlinkDescriptor.AF_NETLINK,
            SOCK_RAW_CLOEXEC,
            NetlinkDescriptor.NETLINK_ROUTE);
    if (result < 0) {
      throw new KernelRejected("open an rtnetlink socket", (int) -result, null, null);
    }
    return new Fd((int) result);
  }

  private static long set(Fd fd, int level, int option, int value) {
    ByteBuffer number = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
    try {
      long address = address(number.putInt(0, value));
      return Syscalls.call(
          SyscallNumber.SETSOCKOPT, fd.number(), level, option, address, Integer.BYTES, 0);
    } finally {
      Reference.reachabilityFence(number);
    }
  }

  private static int receiveBound(Fd fd) {
    ByteBuffer numbers =
        ByteBuffer.allocateDirect(2 * Integer.BYTES).order(ByteOrder.nativeOrder());
    try {
      long address = address(numbers.putInt(Integer.BYTES, Integer.BYTES));
      long result =
          Syscalls.call(
              SyscallNumber.GETSOCKOPT,
              fd.number(),
              NetlinkDescriptor.SOL_SOCKET,
              NetlinkDescriptor.SO_RCVBUF,
              address,
              address + Integer.BYTES,
              0);
      return result < 0 ? 0 : numbers.getInt(0);
    } finally {
      Reference.reachabilityFence(numbers);
    }
  }

  private static long address(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct).address();
  }

  @Override
  public int receiveBound() {
    return receiveBound;
  }

  @Override
  public void send(ByteBuffer datagram) {
    long result = transfer(SyscallNumber.SENDTO, datagram, 0);
    if (result < 0) {
      throw new KernelRejected(
          "send " + datagram.remaining() + " bytes of netlink requests", (int) -result, null, null);
    }
  }

  @Override
  public int receive(ByteBuffer into) {
    long result = transfer(SyscallNumber.RECVFROM, into.clear(), MSG_TRUNC);
    if (result < 0) {
      String rule =
          result == -Errno.ENOBUFS.number()
              ? "more answers came than the socket may hold, and some are lost"
              : null;
      throw new KernelRejected("receive netlink answers", (int) -result, null, rule);
    }
    return (int) result;
  }

  /** Moves the bytes between position and limit, again where a signal came in between. */
  private long transfer(SyscallNumber call, ByteBuffer buffer, int flags) {
    try {
      long address = address(buffer);
      long result;
      do {
        result = Syscalls.call(call, fd.number(), address, buffer.remaining(), flags, 0, 0);
      } while (result == -Errno.EINTR.number());
      return result;
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
