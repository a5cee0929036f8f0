package dev.sluice.engine.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.sched.ClassfulDiscipline;
import dev.sluice.engine.sched.QueueDiscipline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The disciplines of a device. */
public final class QueueTree {
  /** Handles that nobody chose begin behind this one ({@code qdisc_alloc_handle}). */
  private static final int FIRST_OWN_MAJOR = 0x8000;

  private static final int MOST_MAJOR = 0xffff;

  private final Map<Integer, QueueDiscipline> named = new LinkedHashMap<>();
  private QueueDiscipline root;
  private @Nullable HookDiscipline hook;
  private boolean hasHookQueue;
  private int lastOwnMajor = FIRST_OWN_MAJOR;

  /** A tree with a root that nobody made. */
  public QueueTree(QueueDiscipline root) {
    this.root = root;
  }

  /**
   * A clsact or ingress qdisc: it queues nothing and holds filters.
   *
   * @param options {@code Clsact} or {@code Ingress}
   * @param ingress filters for arriving packets
   * @param egress filters for leaving packets; null for {@code Ingress}
   */
  record HookDiscipline(Qdisc options, FilterBlock ingress, @Nullable FilterBlock egress) {
    static final Handle HANDLE = Handle.of(0xffff, 0);

    /** Whether a class is there: clsact's two places, and whatever ingress is asked for. */
    boolean hasClass(Handle id) {
      return egress == null || id.equals(Handle.CLSACT_INGRESS) || id.equals(Handle.CLSACT_EGRESS);
    }
  }

  /** The root. */
  public QueueDiscipline root() {
    return root;
  }

  void setRoot(QueueDiscipline newRoot) {
    root = newRoot;
  }

  @Nullable HookDiscipline hook() {
    return hook;
  }

  void setHook(@Nullable HookDiscipline newHook) {
    hook = newHook;
  }

  /** Somebody asked for a place for clsact or ingress ({@code dev_ingress_queue_create}). */
  void makeHookQueue() {
    hasHookQueue = true;
  }

  /** Whether somebody ever asked for such a place, which stays. */
  boolean hasHookQueue() {
    return hasHookQueue;
  }

  /** Filters for arriving packets; null where there is no clsact or ingress qdisc. */
  public @Nullable FilterBlock ingressFilters() {
    return hook == null ? null : hook.ingress();
  }

  /** Filters for leaving packets; null where there is no clsact qdisc. */
  public @Nullable FilterBlock egressFilters() {
    return hook == null ? null : hook.egress();
  }

  /** The discipline with a name; null if there is none. One that nobody named is not found. */
  @Nullable QueueDiscipline find(int major) {
    return named.get(major);
  }

  /** A discipline with a name has its place now. */
  void add(QueueDiscipline discipline) {
    named.put(discipline.handle().major(), discipline);
  }

  /** The root, then the others that have a name. */
  List<QueueDiscipline> all() {
    List<QueueDiscipline> found = new ArrayList<>(List.of(root));
    for (QueueDiscipline discipline : named.values()) {
      if (!discipline.equals(root)) {
        found.add(discipline);
      }
    }
    return found;
  }

  /** A name for a discipline that nobody named; null if there is none left. */
  @Nullable Handle freeHandle() {
    for (int tries = 0; tries < FIRST_OWN_MAJOR; tries++) {
      lastOwnMajor = lastOwnMajor + 1 == MOST_MAJOR ? FIRST_OWN_MAJOR + 1 : lastOwnMajor + 1;
      if (find(lastOwnMajor) == null) {
        return Handle.of(lastOwnMajor, 0);
      }
    }
    return null;
  }

  /** The device is going: all that waits is dropped, all filters are let go. */
  public void clear() {
    destroy(root);
    clearHook();
  }

  void clearHook() {
    HookDiscipline old = hook;
    hook = null;
    if (old != null) {
      old.ingress().clear();
      if (old.egress() != null) {
        old.egress().clear();
      }
    }
  }

  /** Lets a discipline and all below it go. */
  void destroy(QueueDiscipline discipline) {
    discipline.reset();
    forget(discipline);
  }

  private void forget(QueueDiscipline discipline) {
    named.remove(discipline.handle().major(), discipline);
    if (discipline instanceof ClassfulDiscipline classful) {
      classful.clearFilters();
      classful.forEachChild(this::forget);
    }
  }
}
