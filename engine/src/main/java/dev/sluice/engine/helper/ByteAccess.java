package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.Arrays;
import java.util.Map;

/** Helpers that copy bytes out of the packet and into it. */
final class ByteAccess {
  private static final long RECOMPUTE_CHECKSUM = 1;
  private static final long INVALIDATE_HASH = 2;
  private static final int FARTHEST = 0xffff;
  private static final int START_MAC = 0;
  private static final int START_NETWORK = 1;

  private ByteAccess() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.SKB_LOAD_BYTES, ByteAccess::load);
    helpers.put(HelperFunction.SKB_LOAD_BYTES_RELATIVE, ByteAccess::loadRelative);
    helpers.put(HelperFunction.SKB_STORE_BYTES, ByteAccess::store);
    helpers.put(HelperFunction.SKB_PULL_DATA, ByteAccess::pull);
    helpers.put(HelperFunction.XDP_GET_BUFF_LEN, ByteAccess::bufferLength);
    helpers.put(HelperFunction.XDP_LOAD_BYTES, ByteAccess::loadXdp);
    helpers.put(HelperFunction.XDP_STORE_BYTES, ByteAccess::storeXdp);
  }

  /** {@code bpf_skb_load_bytes}. */
  static long load(Execution x, long context, long offset, long to, long size, long r5) {
    int from = (int) offset;
    int count = (int) size;
    int at = x.locate(to, count);
    SocketBuffer packet = x.packet;
    if (from < 0 || (long) from + count > packet.held()) {
      return cleared(x.located, at, count);
    }
    System.arraycopy(packet.bytes, packet.head + from, x.located, at, count);
    return 0;
  }

  /** {@code bpf_skb_load_bytes_relative}. */
  static long loadRelative(Execution x, long context, long offset, long to, long size, long start) {
    int count = (int) size;
    int at = x.locate(to, count);
    SocketBuffer packet = x.packet;
    int base =
        switch ((int) start) {
          case START_MAC -> packet.macHeader;
          case START_NETWORK -> packet.networkHeader;
          default -> -1;
        };
    int from = (int) offset;
    if (base < 0 || from < 0 || from > FARTHEST || (long) base + from + count > packet.end) {
      return cleared(x.located, at, count);
    }
    System.arraycopy(packet.bytes, base + from, x.located, at, count);
    return 0;
  }

  private static long cleared(byte[] memory, int at, int count) {
    Arrays.fill(memory, at, at + count, (byte) 0);
    return Failure.EFAULT;
  }

  /** {@code bpf_skb_store_bytes}. */
  static long store(Execution x, long context, long offset, long from, long size, long flags) {
    int count = (int) size;
    int source = x.locate(from, count);
    if ((flags & ~(RECOMPUTE_CHECKSUM | INVALIDATE_HASH)) != 0) {
      return Failure.EINVAL;
    }
    SocketBuffer packet = x.packet;
    int to = (int) offset;
    if (to < 0 || (long) to + count > packet.held()) {
      return Failure.EFAULT;
    }
    System.arraycopy(x.located, source, packet.bytes, packet.head + to, count);
    if ((flags & INVALIDATE_HASH) != 0) {
      packet.clearHash();
    }
    return 0;
  }

  /** {@code bpf_skb_pull_data}: nothing to pull, for what is held lies in one piece already. */
  static long pull(Execution x, long context, long size, long r3, long r4, long r5) {
    return (size & 0xffff_ffffL) <= x.packet.held() ? 0 : Failure.ENOMEM;
  }

  /** {@code bpf_xdp_get_buff_len}. */
  static long bufferLength(Execution x, long context, long r2, long r3, long r4, long r5) {
    return x.packet.length;
  }

  /** {@code bpf_xdp_load_bytes}. */
  static long loadXdp(Execution x, long context, long offset, long to, long size, long r5) {
    int count = (int) size;
    int at = x.locate(to, count);
    long problem = outside(x.packet, offset & 0xffff_ffffL, count);
    if (problem == 0) {
      System.arraycopy(x.packet.bytes, x.packet.head + (int) offset, x.located, at, count);
    }
    return problem;
  }

  /** {@code bpf_xdp_store_bytes}. */
  static long storeXdp(Execution x, long context, long offset, long from, long size, long r5) {
    int count = (int) size;
    int at = x.locate(from, count);
    long problem = outside(x.packet, offset & 0xffff_ffffL, count);
    if (problem == 0) {
      System.arraycopy(x.located, at, x.packet.bytes, x.packet.head + (int) offset, count);
    }
    return problem;
  }

  /** What is wrong with a part of an XDP packet ({@code bpf_xdp_pointer}); 0 if nothing is. */
  private static long outside(SocketBuffer packet, long offset, int count) {
    if (offset > FARTHEST || count > FARTHEST) {
      return Failure.EFAULT;
    }
    if (offset + count > packet.length) {
      return Failure.EINVAL;
    }
    return offset + count > packet.held() ? Failure.EFAULT : 0;
  }
}
