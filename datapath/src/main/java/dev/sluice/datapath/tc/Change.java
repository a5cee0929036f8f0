package dev.sluice.datapath.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import org.jspecify.annotations.Nullable;

/** One thing to be done to a device's traffic control. */
public sealed interface Change permits Change.OfQdisc, Change.OfClass, Change.OfFilter {
  /** What to do. */
  Verb verb();

  /** The device to do it on. */
  Device device();

  /** What to do with a qdisc, class or filter. */
  enum Verb {
    /** Make it; refused where one with its name is there already. */
    ADD,
    /** Change the one that is there. */
    CHANGE,
    /** Make it, or change or replace the one that is there. */
    REPLACE,
    /** Replace the one that is there, without making one ({@code tc qdisc link}). */
    LINK,
    /** Remove it. */
    DELETE
  }

  /**
   * To a qdisc.
   *
   * @param verb what to do
   * @param device the device
   * @param parent what it hangs from; {@link Handle#UNSPECIFIED} where not said
   * @param handle its name; {@link Handle#UNSPECIFIED} lets the kernel choose
   * @param kind its kind; null where not said
   * @param qdisc its options; null for the kind's defaults
   * @param estimator an estimator to attach; null for none
   */
  record OfQdisc(
      Verb verb,
      Device device,
      Handle parent,
      Handle handle,
      @Nullable String kind,
      @Nullable Qdisc qdisc,
      @Nullable Estimator estimator)
      implements Change {
    /** Adds a qdisc. */
    public static OfQdisc add(Device device, Handle parent, Handle handle, Qdisc qdisc) {
      return new OfQdisc(Verb.ADD, device, parent, handle, qdisc.kind(), qdisc, null);
    }

    /** Removes the qdisc that hangs from a parent. */
    public static OfQdisc delete(Device device, Handle parent) {
      return new OfQdisc(Verb.DELETE, device, parent, Handle.UNSPECIFIED, null, null, null);
    }
  }

  /**
   * To a class.
   *
   * @param verb what to do; {@link Verb#LINK} is not for classes
   * @param device the device
   * @param parent the class or qdisc above it; {@link Handle#UNSPECIFIED} where not said
   * @param id its name
   * @param kind its kind; null where not said
   * @param trafficClass its options; null for none
   * @param estimator an estimator to attach; null for none
   */
  record OfClass(
      Verb verb,
      Device device,
      Handle parent,
      Handle id,
      @Nullable String kind,
      @Nullable TrafficClass trafficClass,
      @Nullable Estimator estimator)
      implements Change {
    /** Adds a class. */
    public static OfClass add(Device device, Handle parent, Handle id, TrafficClass trafficClass) {
      return new OfClass(Verb.ADD, device, parent, id, trafficClass.kind(), trafficClass, null);
    }

    /** Removes a class. */
    public static OfClass delete(Device device, Handle id) {
      return new OfClass(Verb.DELETE, device, Handle.UNSPECIFIED, id, null, null, null);
    }
  }

  /**
   * To a filter.
   *
   * @param verb what to do; {@link Verb#LINK} is not for filters
   * @param device the device
   * @param parent the qdisc or class that asks it, {@link Handle#CLSACT_INGRESS} or {@link
   *     Handle#CLSACT_EGRESS}
   * @param priority 1 to 65535; 0 lets the kernel choose when adding, and means every one when
   *     deleting
   * @param protocol the Ethernet protocol it is asked for, in host byte order; 3 ({@code
   *     ETH_P_ALL}) for every one; 0 where not said
   * @param chain the chain it belongs to; null for chain 0
   * @param handle its number, whose meaning depends on the kind; 0 lets the kernel choose
   * @param kind its kind; null where not said
   * @param filter its options; null for none
   * @param estimator an estimator to attach; null for none
   */
  record OfFilter(
      Verb verb,
      Device device,
      Handle parent,
      int priority,
      int protocol,
      @Nullable Integer chain,
      int handle,
      @Nullable String kind,
      @Nullable Filter filter,
      @Nullable Estimator estimator)
      implements Change {
    /** Every protocol ({@code ETH_P_ALL}). */
    public static final int ALL_PROTOCOLS = 3;

    /** Checks the ranges. */
    public OfFilter {
      if ((priority & ~0xffff) != 0) {
        throw new IllegalArgumentException("priority must be 0 to 65535: " + priority);
      }
      if ((protocol & ~0xffff) != 0) {
        throw new IllegalArgumentException("protocol must be 0 to 0xffff: " + protocol);
      }
    }

    /** Adds a filter. */
    public static OfFilter add(
        Device device, Handle parent, int priority, int protocol, Filter filter) {
      return new OfFilter(
          Verb.ADD, device, parent, priority, protocol, null, 0, filter.kind(), filter, null);
    }

    /** Removes a filter, or every filter of a priority where the handle is 0. */
    public static OfFilter delete(
        Device device, Handle parent, int priority, int protocol, int handle, String kind) {
      return new OfFilter(
          Verb.DELETE, device, parent, priority, protocol, null, handle, kind, null, null);
    }
  }
}
