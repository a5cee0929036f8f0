package dev.sluice.datapath.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists and changes a datapath's qdiscs, classes and filters.
 *
 * <p>Listings are handed over entry by entry while they are read, so that a long one takes no more
 * memory than a short one. Where something changed meanwhile and the kernel says that it may have
 * left entries out ({@code NLM_F_DUMP_INTR}), the listing is read again, and only what was not
 * handed over yet is.
 *
 * <p>A rate shared between two classes, in one go:
 *
 * {@snippet file="dev/sluice/conformance/snippet/Shape.java" region="share"}
 *
 * <p>A class changed later keeps its queue:
 *
 * {@snippet file="dev/sluice/conformance/snippet/Shape.java" region="change"}
 */
public interface TrafficControl {
  /** What to do about the changes behind one that was refused. */
  enum OnRefusal {
    /**
     * Stop. Nothing behind a refused change stays done; what went before it stays. A datapath may
     * send changes ahead of an answer, and then takes back what it added too much.
     */
    STOP,
    /** Go on with the next. */
    CONTINUE
  }

  /**
   * Lists qdiscs in the kernel's order.
   *
   * @param device the device; null for all
   * @param consumer gets each entry
   */
  void qdiscs(@Nullable Device device, Consumer<QdiscEntry> consumer);

  /**
   * Lists a device's classes in the kernel's order.
   *
   * @param device the device
   * @param parent hands over classes of this qdisc or class only, as far as the kernel heeds it;
   *     {@link Handle#UNSPECIFIED} for all
   * @param consumer gets each entry
   */
  void classes(Device device, Handle parent, Consumer<ClassEntry> consumer);

  /**
   * Lists filters in the order they are asked.
   *
   * @param query which
   * @param consumer gets each entry, heads of lists included
   */
  void filters(FilterQuery query, Consumer<FilterEntry> consumer);

  /**
   * Which filters to list.
   *
   * @param device the device
   * @param parent the qdisc, class or hook that asks them; {@link Handle#UNSPECIFIED} for the root
   *     qdisc
   * @param priority only these; 0 for all
   * @param protocol only these, in host byte order; 0 for all
   * @param chain only these; null for all
   */
  record FilterQuery(
      Device device, Handle parent, int priority, int protocol, @Nullable Integer chain) {
    /** All filters at a parent. */
    public static FilterQuery all(Device device, Handle parent) {
      return new FilterQuery(device, parent, 0, 0, null);
    }
  }

  /**
   * One filter.
   *
   * @param device the device
   * @param parent the qdisc, class or hook that asks it
   * @param priority its priority
   * @param protocol its protocol
   * @param chain its chain; null for chain 0
   * @param handle its number
   * @param kind its kind
   * @throws NotFound if there is none
   */
  FilterEntry filter(
      Device device,
      Handle parent,
      int priority,
      int protocol,
      @Nullable Integer chain,
      int handle,
      String kind);

  /**
   * Does changes in their order.
   *
   * @param changes the changes
   * @param onRefusal what to do about the changes behind one that was refused
   * @return as many outcomes, in the same order
   */
  List<Outcome> apply(List<? extends Change> changes, OnRefusal onRefusal);

  /**
   * Does one change.
   *
   * @return what the kernel said beside its yes
   * @throws SluiceException if it was refused
   */
  default List<String> apply(Change change) {
    return switch (apply(List.of(change), OnRefusal.STOP).getFirst()) {
      case Outcome.Done done -> done.warnings();
      case Outcome.Refused refused -> throw refused.reason();
      case Outcome.NotTried _ -> throw new AssertionError("the only change was not tried");
    };
  }

  /** A device's qdiscs as a list. */
  default List<QdiscEntry> qdiscs(Device device) {
    List<QdiscEntry> entries = new ArrayList<>();
    qdiscs(device, entries::add);
    return entries;
  }

  /** A device's classes as a list. */
  default List<ClassEntry> classes(Device device) {
    List<ClassEntry> entries = new ArrayList<>();
    classes(device, Handle.UNSPECIFIED, entries::add);
    return entries;
  }

  /** The filters at a parent as a list, heads included. */
  default List<FilterEntry> filters(Device device, Handle parent) {
    List<FilterEntry> entries = new ArrayList<>();
    filters(FilterQuery.all(device, parent), entries::add);
    return entries;
  }
}
