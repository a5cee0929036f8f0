package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.ActionState;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The filters of one kind under one priority ({@code struct tcf_proto}). */
abstract sealed class FilterList permits U32List, BpfList {
  /** Every protocol ({@code ETH_P_ALL}). */
  private static final int EVERY_PROTOCOL = 3;

  private final FilterBlock block;
  private final int priority;
  private final int protocol;

  FilterList(FilterBlock block, int priority, int protocol) {
    this.block = block;
    this.priority = priority;
    this.protocol = protocol;
  }

  final FilterBlock block() {
    return block;
  }

  final int priority() {
    return priority;
  }

  final int protocol() {
    return protocol;
  }

  /** Whether packets of a protocol are its matter. */
  final boolean isFor(int packetProtocol) {
    return protocol == packetProtocol || protocol == EVERY_PROTOCOL;
  }

  /** The kind's name. */
  abstract String kind();

  /**
   * Asks the filters about a packet.
   *
   * @return a {@code TC_ACT_*} number, {@link EngineAction#CONSUMED}, or a negative number for no
   *     match
   */
  abstract int classify(SocketBuffer packet, Classification found);

  /** Whether there is a filter, or a table, with a number. */
  abstract boolean has(int handle);

  /** Makes a filter, or changes the one with the request's number. */
  abstract void change(FilterRequest request);

  /**
   * Removes the filter with a number, which is there.
   *
   * @return whether the list goes with it
   */
  abstract boolean delete(FilterRequest request);

  /** Removes all. */
  abstract void clear();

  /** Hands over the filters in the order of a listing. */
  abstract void list(Consumer<FilterEntry> consumer);

  /** The filter, or table, with a number; null if there is none. */
  abstract @Nullable FilterEntry entry(int handle);

  /** Bytes of the packets that a filter matched, where they are counted. */
  long matchedBytes(int handle) {
    return 0;
  }

  /** An entry of this list. */
  final FilterEntry entry(int handle, @Nullable Filter filter, List<ActionState> states) {
    return new FilterEntry(
        block.device(), block.parent(), priority, protocol, 0, kind(), handle, filter, states);
  }
}
