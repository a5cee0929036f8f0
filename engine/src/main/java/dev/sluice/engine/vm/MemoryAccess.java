package dev.sluice.engine.vm;

import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.skb.SocketBuffer;

/** Loads and stores of programs, each checked; shared by interpreted and compiled programs. */
final class MemoryAccess {
  private static final long PACKET = Address.of(Address.PACKET, 0);

  private MemoryAccess() {}

  /** Loads the unsigned number of 1, 2, 4 or 8 bytes at an address. */
  static long load(Execution execution, ContextLayout context, long address, int size) {
    if (Address.region(address) == Address.CONTEXT) {
      return context.load(execution, Address.offset(address), size);
    }
    int at = execution.locate(address, size);
    return GuestMemory.get(execution.located, at, size);
  }

  /** As {@link #load}, quick where the address is one in the packet, as it looks to be. */
  static long loadPacket(Execution execution, ContextLayout context, long address, int size) {
    SocketBuffer packet = execution.packet;
    long at = address - PACKET;
    if (at >= packet.metaStart && at + size <= packet.end) {
      return GuestMemory.get(packet.bytes, (int) at, size);
    }
    return load(execution, context, address, size);
  }

  /** Stores the lower 1, 2, 4 or 8 bytes of a register. */
  static void store(
      Execution execution, ContextLayout context, long address, int size, long value) {
    if (Address.region(address) == Address.CONTEXT) {
      context.store(execution, Address.offset(address), size, value);
      return;
    }
    int at = execution.locate(address, size);
    GuestMemory.put(execution.located, at, size, value);
  }

  /** As {@link #store}, of a number in the instruction. */
  static void storeImmediate(
      Execution execution, ContextLayout context, long address, int size, long value) {
    if (Address.region(address) == Address.CONTEXT) {
      context.storeImmediate(execution, Address.offset(address), size, (int) value);
      return;
    }
    int at = execution.locate(address, size);
    GuestMemory.put(execution.located, at, size, value);
  }

  /** As {@link #store}, quick where the address is one in the packet, as it looks to be. */
  static void storePacket(
      Execution execution, ContextLayout context, long address, int size, long value) {
    SocketBuffer packet = execution.packet;
    long at = address - PACKET;
    if (at >= packet.metaStart && at + size <= packet.end) {
      GuestMemory.put(packet.bytes, (int) at, size, value);
      return;
    }
    store(execution, context, address, size, value);
  }
}
