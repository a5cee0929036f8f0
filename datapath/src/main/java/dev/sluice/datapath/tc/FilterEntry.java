package dev.sluice.datapath.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A filter that is there, or the head of a list of them: the kernel reports a head, without a
 * handle and options, for each priority in use.
 *
 * @param device its device
 * @param parent the qdisc or class that asks it
 * @param priority filters with a lower number are asked first, 1 to 65535
 * @param protocol the Ethernet protocol it is asked for, in host byte order; 3 ({@code ETH_P_ALL})
 *     for every one
 * @param chain the chain it belongs to; null where the kernel told none
 * @param kind its kind
 * @param handle its number, whose meaning depends on the kind; 0 for a head
 * @param filter its options; null for a head
 * @param actionStates what the kernel tells about its actions, in their order
 */
public record FilterEntry(
    Device device,
    Handle parent,
    int priority,
    int protocol,
    @Nullable Integer chain,
    String kind,
    int handle,
    @Nullable Filter filter,
    List<ActionState> actionStates) {
  /** Copies the states. */
  public FilterEntry {
    actionStates = List.copyOf(actionStates);
  }

  /** Whether packets are matched against it: heads of lists and tables of u32 only lead to it. */
  public boolean isAsked() {
    return filter != null && !(filter instanceof U32 u32 && u32.selector() == null);
  }
}
