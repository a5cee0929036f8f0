package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows which changes can be taken back exactly, so that nothing is different from before.
 *
 * <p>These are additions only, and not all:
 *
 * <ul>
 *   <li>The first child of a leaf class does away with the leaf's qdisc and its packets ({@code
 *       htb_change_class}). It can be taken back only under a class that has children, or that this
 *       batch has made and put no qdisc on.
 *   <li>A class that a filter of a class already sends packets to is held by that filter as soon as
 *       it exists, and cannot go again ({@code tc_bind_tclass}). So all filters of its qdisc must
 *       be known.
 *   <li>A filter may make the head of its priority. The head is to go again if it was made here and
 *       only then, so it must be known whether there is one.
 *   <li>The kernel numbers u32 nodes, and gives all beyond 4,095 in a bucket one number ({@code
 *       gen_new_kid}), by which only the oldest of them can be removed. So it must be known that
 *       the bucket has room.
 * </ul>
 *
 * <p>What is known is what this batch made. Where a batch adds many classes to a qdisc that has
 * few, these are looked at. A change that is not known to be revocable is sent first in a send,
 * where it need not be.
 */
final class Revocability {
  /** Looking at a qdisc costs a listing and one more for each class; this many adds repay it. */
  private static final int WORTH_A_LOOK = 16;

  private static final int MOST_CLASSES_TO_LOOK_AT = 32;

  /** The kernel numbers nodes from this to {@link #LAST_NODE}, then from 1 up to this. */
  private static final int FIRST_NODE = 0x800;

  private static final int LAST_NODE = 0xfff;

  /** More nodes than are made by one send. */
  static final int ROOM = 1024;

  private final KernelTrafficControl trafficControl;
  private final List<? extends Change> changes;

  /** Qdiscs all of whose classes and filters are known. */
  private final Set<Place> qdiscs = new HashSet<>();

  /** Qdiscs that are not worth a look, or were found to have too much. */
  private final Set<Place> unknownQdiscs = new HashSet<>();

  /** Classes that exist. */
  private final Set<Place> classes = new HashSet<>();

  /** Classes that exist and may get a first child without loss, or have one. */
  private final Set<Place> parents = new HashSet<>();

  /** Classes that were sent and do not exist otherwise. */
  private final Set<Place> classesSent = new HashSet<>();

  /** Qdiscs and classes that had no filters when this batch made them. */
  private final Set<Place> bare = new HashSet<>();

  /** Classes that filters send packets to. */
  private final Set<Place> targets = new HashSet<>();

  /** Priorities that have filters that stay. */
  private final Set<Head> heads = new HashSet<>();

  /** Tables of u32 that this batch made. */
  private final Set<Table> tables = new HashSet<>();

  /** Buckets of u32 that have room for the nodes of a send, and those that may not have it. */
  private final Map<Bucket, Boolean> room = new HashMap<>();

  Revocability(KernelTrafficControl trafficControl, List<? extends Change> changes) {
    this.trafficControl = trafficControl;
    this.changes = changes;
  }

  /** A qdisc, class or hook of a device. */
  private record Place(int device, int handle) {
    static Place of(Device device, Handle handle) {
      return new Place(device.index(), handle.value());
    }
  }

  /** The head of a list of filters. */
  record Head(int device, int parent, int chain, int priority, int protocol) {
    static Head of(Change.OfFilter filter) {
      Integer chain = filter.chain();
      return new Head(
          filter.device().index(),
          filter.parent().value(),
          chain == null ? 0 : chain,
          filter.priority(),
          filter.protocol());
    }
  }

  /** A table of u32, which all filters at a parent may use. */
  private record Table(int device, int parent, int number) {
    static Table of(Change.OfFilter filter, int handle) {
      return new Table(filter.device().index(), filter.parent().value(), handle >>> 20);
    }
  }

  /** A bucket of a table of u32. */
  private record Bucket(Head head, int handle) {}

  /** Whether other changes may be sent behind a change, or else it goes alone. */
  static boolean goesWithOthers(Change change) {
    return change.verb() == Change.Verb.ADD
        && switch (change) {
          case Change.OfQdisc _ -> false;
          case Change.OfClass added -> added.trafficClass() instanceof TrafficClass.HtbClass;
          case Change.OfFilter added -> isModelled(added.filter());
        };
  }

  /** Begins a send. */
  void beginSend() {
    classesSent.clear();
  }

  /** Whether a change can be taken back, wherever the send that it is to go with is refused. */
  boolean isRevocable(Change change, int index) {
    if (change.verb() != Change.Verb.ADD) {
      return false;
    }
    return switch (change) {
      case Change.OfQdisc _ -> false;
      case Change.OfClass added -> isRevocable(added, index);
      case Change.OfFilter added -> isRevocable(added);
    };
  }

  private boolean isRevocable(Change.OfClass added, int index) {
    Handle id = added.id();
    if (!(added.trafficClass() instanceof TrafficClass.HtbClass)
        || id.major() == 0
        || id.minor() == 0
        || !isKnown(added.device(), id.qdisc(), index)
        || targets.contains(Place.of(added.device(), id))) {
      return false;
    }
    Handle parent = added.parent();
    Place place = Place.of(added.device(), parent);
    return parent.equals(Handle.ROOT)
        || parent.equals(id.qdisc())
        || parents.contains(place)
        || classesSent.contains(place);
  }

  private boolean isRevocable(Change.OfFilter added) {
    Filter filter = added.filter();
    if (!isModelled(filter) || added.parent().isUnspecified()) {
      return false;
    }
    Place parent = Place.of(added.device(), hookOwner(added.parent()));
    boolean isBare = bare.contains(parent) || classesSent.contains(parent);
    boolean choosesPriority = added.priority() == 0; // the kernel takes one that is free
    if (filter instanceof U32 u32 && isNumberedByKernel(added, u32)) {
      boolean isNew =
          isBare
              || (choosesPriority && u32.hashTable() == 0)
              || tables.contains(Table.of(added, u32.hashTable()));
      if (!room.getOrDefault(new Bucket(Head.of(added), u32.hashTable()), isNew)) {
        return false;
      }
    }
    return choosesPriority || isBare || heads.contains(Head.of(added));
  }

  private static boolean isNumberedByKernel(Change.OfFilter added, U32 u32) {
    return u32.divisor() == 0 && (added.handle() & LAST_NODE) == 0;
  }

  private static boolean isModelled(@Nullable Filter filter) {
    if (filter == null || filter instanceof Filter.Unknown) {
      return false;
    }
    for (Action action : filter.actions()) {
      if (action instanceof Action.Unknown) {
        return false;
      }
    }
    return true;
  }

  /** The qdisc that a parent of filters is a hook of, or the parent itself. */
  private static Handle hookOwner(Handle parent) {
    return parent.major() == Handle.CLSACT.major() ? parent.qdisc() : parent;
  }

  /** Whether all classes and filters of a qdisc are known. Looks at it if that is worth it. */
  private boolean isKnown(Device device, Handle qdisc, int index) {
    Place place = Place.of(device, qdisc);
    if (qdiscs.contains(place)) {
      return true;
    }
    if (unknownQdiscs.contains(place)) {
      return false;
    }
    try {
      if (isWorthALook(device, qdisc, index) && look(device, qdisc)) {
        qdiscs.add(place);
        return true;
      }
    } catch (SluiceException e) {
      // What is not there to look at is for the change itself to tell.
    }
    unknownQdiscs.add(place);
    return false;
  }

  private boolean isWorthALook(Device device, Handle qdisc, int index) {
    int ahead = 0;
    for (int i = index; i < changes.size() && ahead < WORTH_A_LOOK; i++) {
      if (changes.get(i) instanceof Change.OfClass c
          && c.verb() == Change.Verb.ADD
          && c.device().equals(device)
          && c.id().qdisc().equals(qdisc)) {
        ahead++;
      }
    }
    return ahead >= WORTH_A_LOOK;
  }

  private boolean look(Device device, Handle qdisc) {
    List<ClassEntry> found = new ArrayList<>();
    trafficControl.classes(
        device,
        qdisc,
        entry -> {
          if (found.size() <= MOST_CLASSES_TO_LOOK_AT) {
            found.add(entry);
          }
        });
    if (found.size() > MOST_CLASSES_TO_LOOK_AT || !look(device, qdisc, qdisc)) {
      return false;
    }
    for (ClassEntry entry : found) {
      if (entry.id().minor() == 0 || !look(device, qdisc, entry.id())) {
        return false;
      }
      classes.add(Place.of(device, entry.id()));
      if (!entry.parent().equals(Handle.ROOT)) {
        parents.add(Place.of(device, entry.parent()));
      }
    }
    return true;
  }

  /** Looks at the filters of a qdisc or class; false where it cannot be told where they lead. */
  private boolean look(Device device, Handle qdisc, Handle parent) {
    for (FilterEntry entry : trafficControl.filters(device, parent)) {
      Filter filter = entry.filter();
      if (filter instanceof Filter.Unknown) {
        return false;
      }
      target(device, qdisc, filter);
    }
    return true;
  }

  private void target(Device device, Handle qdisc, @Nullable Filter filter) {
    Handle classId =
        switch (filter) {
          case U32 u32 -> u32.classId();
          case BpfFilter bpf -> bpf.classId();
          case Filter.Unknown _ -> null;
          case null -> null;
        };
    if (classId != null) {
      // The kernel takes the major number from the qdisc where the filter leaves it out.
      Handle whole = classId.major() == 0 ? new Handle(qdisc.value() | classId.minor()) : classId;
      targets.add(Place.of(device, whole));
    }
  }

  /** Takes note of a change that is sent. */
  void sent(Change change) {
    switch (change) {
      case Change.OfClass added when added.verb() == Change.Verb.ADD -> {
        Place place = Place.of(added.device(), added.id());
        if (!classes.contains(place)) {
          classesSent.add(place);
        }
      }
      case Change.OfFilter added when added.verb() == Change.Verb.ADD ->
          target(added.device(), added.parent().qdisc(), added.filter());
      default -> {}
    }
  }

  /**
   * Takes note of a change that was done and stays.
   *
   * @param change the change
   * @param handle for a filter, the number that the kernel gave it; 0 where not known
   */
  void done(Change change, int handle) {
    if (change.verb() != Change.Verb.ADD) {
      forget(change.device());
      return;
    }
    switch (change) {
      case Change.OfQdisc added -> done(added);
      case Change.OfClass added -> done(added);
      case Change.OfFilter added -> {
        if (added.filter() == null || added.filter() instanceof Filter.Unknown) {
          forget(added.device());
        } else {
          heads.add(Head.of(added));
          if (added.filter() instanceof U32 u32) {
            done(added, u32, handle);
          }
        }
      }
    }
  }

  private void done(Change.OfFilter added, U32 u32, int handle) {
    if (handle == 0) {
      return;
    }
    if (u32.divisor() != 0) {
      tables.add(Table.of(added, handle));
    } else if (isNumberedByKernel(added, u32)) {
      int node = handle & LAST_NODE;
      boolean isFull = node == LAST_NODE || (node < FIRST_NODE && node > FIRST_NODE - ROOM);
      room.put(new Bucket(Head.of(added), u32.hashTable()), !isFull);
    }
  }

  private void done(Change.OfQdisc added) {
    Qdisc qdisc = added.qdisc();
    Device device = added.device();
    parents.remove(Place.of(device, added.parent()));
    if (added.parent().equals(Handle.CLSACT)) {
      bare.add(Place.of(device, Handle.CLSACT.qdisc()));
    } else if (!added.handle().isUnspecified()) {
      Place place = Place.of(device, added.handle().qdisc());
      bare.add(place);
      if (qdisc instanceof Htb) {
        qdiscs.add(place);
        unknownQdiscs.remove(place);
      }
    }
  }

  private void done(Change.OfClass added) {
    Place place = Place.of(added.device(), added.id());
    if (added.id().minor() == 0) {
      // A class with the qdisc's own name is the parent of what is added to the qdisc from now on.
      qdiscs.remove(place);
      unknownQdiscs.add(place);
      return;
    }
    classes.add(place);
    if (qdiscs.contains(Place.of(added.device(), added.id().qdisc()))) {
      parents.add(place);
      bare.add(place);
      if (added.parent().minor() != 0) {
        parents.add(Place.of(added.device(), added.parent()));
      }
    }
  }

  /** Takes nothing for known any more about a device where something went or changed. */
  private void forget(Device device) {
    int index = device.index();
    qdiscs.removeIf(place -> place.device() == index);
    unknownQdiscs.removeIf(place -> place.device() == index);
    classes.removeIf(place -> place.device() == index);
    parents.removeIf(place -> place.device() == index);
    bare.removeIf(place -> place.device() == index);
    targets.removeIf(place -> place.device() == index);
    heads.removeIf(head -> head.device() == index);
    tables.removeIf(table -> table.device() == index);
    room.keySet().removeIf(bucket -> bucket.head().device() == index);
  }

  /** Whether filters of this batch that stay have a head. */
  boolean isHeadKept(Change.OfFilter filter) {
    return heads.contains(Head.of(filter));
  }
}
