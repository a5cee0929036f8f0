package dev.sluice.engine.tc;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.engine.filter.ClassBinder;
import dev.sluice.engine.sched.ClassfulDiscipline;
import dev.sluice.engine.sched.DisciplineRefusal;
import dev.sluice.engine.sched.Fifo;
import dev.sluice.engine.sched.HierarchicalTokenBucket;
import dev.sluice.engine.sched.Noqueue;
import dev.sluice.engine.sched.PfifoFast;
import dev.sluice.engine.sched.QueueDiscipline;
import dev.sluice.engine.sched.QueueHost;
import dev.sluice.engine.sched.TokenBucketFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and removes qdiscs ({@code tc_modify_qdisc} and {@code tc_get_qdisc} in {@code
 * net/sched/sch_api.c}), with the kernel's errors in the order of its checks.
 */
final class QdiscRequests {
  /** Kinds of the kernel that the engine does not model. */
  private static final Set<String> NOT_MODELLED =
      Set.of(
          "mq",
          "fq",
          "fq_codel",
          "codel",
          "sfq",
          "prio",
          "netem",
          "cake",
          "red",
          "hfsc",
          "drr",
          "qfq",
          "ets",
          "multiq",
          "mqprio",
          "taprio",
          "etf",
          "cbs",
          "plug",
          "choke",
          "pie",
          "fq_pie",
          "hhf",
          "gred",
          "sfb",
          "teql0",
          "skbprio");

  /** Disciplines above one another, at most ({@code qdisc_graft}). */
  private static final int DEEPEST = 7;

  /** The version of HTB's interface ({@code TC_HTB_PROTOVER}). */
  private static final int HTB_INTERFACE = 3;

  private final QueueDevice device;
  private final QueueTree tree;

  QdiscRequests(QueueDevice device) {
    this.device = device;
    tree = device.tree();
  }

  /** What the request's flags say ({@code NLM_F_*}). */
  private static boolean creates(Change.Verb verb) {
    return verb == Change.Verb.ADD || verb == Change.Verb.REPLACE;
  }

  private static boolean replaces(Change.Verb verb) {
    return verb == Change.Verb.REPLACE || verb == Change.Verb.LINK;
  }

  private static boolean isExclusive(Change.Verb verb) {
    return verb == Change.Verb.ADD;
  }

  private static DisciplineRefusal refused(Errno errno, @Nullable String text) {
    return new DisciplineRefusal(errno, text);
  }

  /** Does a change. */
  void apply(Change.OfQdisc change) {
    if (change.verb() == Change.Verb.DELETE) {
      delete(change);
    } else {
      put(change);
    }
  }

  /**
   * A qdisc that is there.
   *
   * @param discipline null for clsact and ingress, which queue nothing
   */
  private record Existing(
      Handle handle, Handle parent, String kind, @Nullable QueueDiscipline discipline) {
    static Existing of(QueueDiscipline discipline) {
      return new Existing(discipline.handle(), discipline.parent(), discipline.kind(), discipline);
    }

    static Existing of(QueueTree.HookDiscipline hook) {
      return new Existing(
          QueueTree.HookDiscipline.HANDLE, Handle.CLSACT, hook.options().kind(), null);
    }
  }

  private @Nullable Existing hook() {
    QueueTree.HookDiscipline hook = tree.hook();
    return hook == null ? null : Existing.of(hook);
  }

  /** The qdisc with a name ({@code qdisc_lookup}). */
  private @Nullable Existing find(Handle handle) {
    QueueDiscipline named = handle.minor() == 0 ? tree.find(handle.major()) : null;
    if (named != null) {
      return Existing.of(named);
    }
    return handle.equals(QueueTree.HookDiscipline.HANDLE) ? hook() : null;
  }

  /** The qdisc in whose class one is to hang. */
  private ClassfulDiscipline above(Handle parent, String notFound) {
    Existing above = find(parent.qdisc());
    if (above == null) {
      throw refused(Errno.ENOENT, notFound);
    }
    if (above.discipline() == null) {
      throw refused(Errno.EOPNOTSUPP, "Cannot add children to ingress/clsact qdisc");
    }
    if (!(above.discipline() instanceof ClassfulDiscipline classful)) {
      throw refused(Errno.EOPNOTSUPP, "Parent qdisc is not classful");
    }
    if (!classful.hasClass(parent)) {
      throw refused(Errno.ENOENT, "Specified class not found");
    }
    return classful;
  }

  /** The qdisc that hangs from a parent; null for none, or one that nobody made. */
  private @Nullable Existing at(Handle parent) {
    if (parent.equals(Handle.CLSACT)) {
      tree.makeHookQueue();
      return hook();
    }
    QueueDiscipline there =
        parent.equals(Handle.ROOT)
            ? tree.root()
            : above(parent, "Failed to find specified qdisc").leaf(parent);
    return there == null || there.handle().isUnspecified() ? null : Existing.of(there);
  }

  /** {@code __tc_modify_qdisc}. */
  private void put(Change.OfQdisc change) {
    Handle handle = change.handle();
    Handle parent = change.parent();
    Existing there;
    if (parent.isUnspecified()) {
      if (handle.isUnspecified()) {
        throw refused(Errno.EINVAL, "Handle cannot be zero");
      }
      there = find(handle);
    } else {
      there = at(parent);
      boolean same = there != null && there.handle().equals(handle);
      if (!handle.isUnspecified() && !same) {
        requireNew(change, there);
        requireCreation(change);
        create(change, there);
        return;
      }
      if (handle.isUnspecified()) {
        boolean other =
            there != null && change.kind() != null && !change.kind().equals(there.kind());
        if (there == null || other && creates(change.verb())) {
          requireCreation(change);
          create(change, there);
          return;
        }
        if (other && change.verb() == Change.Verb.CHANGE) {
          create(change, there);
          return;
        }
      }
    }
    if (there == null) {
      throw refused(Errno.ENOENT, "Specified qdisc not found");
    }
    if (isExclusive(change.verb())) {
      throw refused(Errno.EEXIST, "Exclusivity flag on, cannot modify");
    }
    requireKind(change, there);
    changeOptions(there, change.qdisc());
  }

  /** {@code qdisc_change}. */
  private static void changeOptions(Existing there, @Nullable Qdisc options) {
    if (options == null || !hasOptions(options)) {
      return;
    }
    QueueDiscipline discipline = there.discipline();
    if (discipline == null) {
      throw refused(Errno.EINVAL, "Change operation not supported by specified qdisc");
    }
    discipline.change(options);
  }

  /** Whether there is something to say beside the kind ({@code TCA_OPTIONS}). */
  private static boolean hasOptions(Qdisc qdisc) {
    return switch (qdisc) {
      case Tbf _, Htb _ -> true;
      case Qdisc.Pfifo(Long limit) -> limit != null;
      case Qdisc.Bfifo(Long limit) -> limit != null;
      case Qdisc.PfifoHeadDrop(Long limit) -> limit != null;
      case Qdisc.Unknown unknown -> unknown.options() != null;
      case Qdisc.PfifoFast _, Qdisc.Mq _, Qdisc.Noqueue _, Qdisc.Clsact _, Qdisc.Ingress _ -> false;
    };
  }

  /** A name must be free that is not the one of what is in its place. */
  private void requireNew(Change.OfQdisc change, @Nullable Existing there) {
    if (there != null && !replaces(change.verb())) {
      throw refused(Errno.EEXIST, "NLM_F_REPLACE needed to override");
    }
    if (change.handle().minor() != 0) {
      throw refused(Errno.EINVAL, "Invalid minor handle");
    }
    if (find(change.handle()) != null) {
      throw refused(Errno.EINVAL, "Cannot move an existing qdisc to a different parent");
    }
  }

  private static void requireCreation(Change.OfQdisc change) {
    if (!creates(change.verb())) {
      throw refused(Errno.ENOENT, "Qdisc not found. To create specify NLM_F_CREATE flag");
    }
  }

  private static void requireKind(Change.OfQdisc change, Existing there) {
    if (change.kind() != null && !change.kind().equals(there.kind())) {
      throw refused(Errno.EINVAL, "Invalid qdisc name: must match existing qdisc");
    }
  }

  /** {@code qdisc_create} and {@code qdisc_graft}. */
  private void create(Change.OfQdisc change, @Nullable Existing replaced) {
    String kind = change.kind();
    if (kind == null) {
      throw refused(Errno.ENOENT, "Specified qdisc kind is unknown");
    }
    requireKnown(kind);
    boolean isHook = kind.equals("clsact") || kind.equals("ingress");
    if (change.parent().equals(Handle.CLSACT)) {
      if (!isHook) {
        throw refused(
            Errno.EINVAL, "Specified parent ID is reserved for ingress and clsact Qdiscs");
      }
      createHook(kind.equals("clsact"));
      return;
    }
    Handle handle = change.handle().isUnspecified() ? tree.freeHandle() : change.handle();
    if (handle == null) {
      throw refused(Errno.ENOSPC, "Maximum number of qdisc handles was exceeded");
    }
    if (isHook) {
      throw refused(Errno.EOPNOTSUPP, null);
    }
    graft(change.parent(), make(change, kind, handle), replaced);
  }

  private void createHook(boolean clsact) {
    removeHook();
    tree.setHook(
        new QueueTree.HookDiscipline(
            clsact ? new Qdisc.Clsact() : new Qdisc.Ingress(),
            device.newBlock(Handle.CLSACT_INGRESS, ClassBinder.NONE),
            clsact ? device.newBlock(Handle.CLSACT_EGRESS, ClassBinder.NONE) : null));
    device.treeChanged();
  }

  /** What waits at the root is lost, for the device is stopped ({@code dev_deactivate}). */
  private void removeHook() {
    tree.clearHook();
    tree.root().reset();
  }

  private void graft(Handle parent, QueueDiscipline made, @Nullable Existing replaced) {
    if (parent.equals(Handle.ROOT)) {
      tree.destroy(tree.root());
      tree.setRoot(made);
    } else {
      ClassfulDiscipline above = above(parent, "Failed to find specified qdisc");
      if (made instanceof Noqueue) {
        throw refused(Errno.EINVAL, "Cannot assign noqueue to a class");
      }
      if (above.depth() >= DEEPEST) {
        throw refused(Errno.E2BIG, "Qdisc hierarchy is too deep");
      }
      above.graft(parent, made);
      if (replaced != null && replaced.discipline() != null) {
        tree.destroy(replaced.discipline());
      }
    }
    tree.add(made);
    device.treeChanged();
  }

  private static void requireKnown(String kind) {
    if (NOT_MODELLED.contains(kind)) {
      throw new Unsupported("qdisc " + kind, "the engine does not model it; the kernel may");
    }
    if (!Set.of(
            "tbf",
            "htb",
            "pfifo",
            "bfifo",
            "pfifo_head_drop",
            "pfifo_fast",
            "noqueue",
            "clsact",
            "ingress")
        .contains(kind)) {
      throw refused(Errno.ENOENT, "Specified qdisc kind is unknown");
    }
  }

  private QueueDiscipline make(Change.OfQdisc change, String kind, Handle handle) {
    QueueHost host = device.queueHost();
    Handle parent = change.parent();
    Qdisc options = change.qdisc();
    return switch (kind) {
      case "tbf" -> {
        if (!(options instanceof Tbf tbf)) {
          throw refused(Errno.EINVAL, null);
        }
        yield new TokenBucketFilter(host, handle, parent, tbf);
      }
      case "htb" -> {
        if (!(options instanceof Htb htb)) {
          throw refused(Errno.EINVAL, null);
        }
        requireSoftware(htb, parent);
        yield new HierarchicalTokenBucket(host, handle, parent, htb, device::newBlock);
      }
      case "pfifo" ->
          new Fifo(
              host,
              handle,
              parent,
              Fifo.Kind.PACKETS,
              options instanceof Qdisc.Pfifo(Long limit) ? limit : null);
      case "bfifo" ->
          new Fifo(
              host,
              handle,
              parent,
              Fifo.Kind.BYTES,
              options instanceof Qdisc.Bfifo(Long limit) ? limit : null);
      case "pfifo_head_drop" ->
          new Fifo(
              host,
              handle,
              parent,
              Fifo.Kind.PACKETS_HEAD_DROP,
              options instanceof Qdisc.PfifoHeadDrop(Long limit) ? limit : null);
      case "pfifo_fast" -> new PfifoFast(host, handle, parent);
      case "noqueue" -> new Noqueue(host, handle, parent);
      default -> throw refused(Errno.EINVAL, null);
    };
  }

  /** {@code htb_init}: the interface's version, and no device that could do the work. */
  private static void requireSoftware(Htb htb, Handle parent) {
    int version = htb.version();
    int asked = Integer.compareUnsigned(version, 0xffff) > 0 ? version >>> 16 : version;
    if (asked != HTB_INTERFACE) {
      throw refused(Errno.EINVAL, null);
    }
    if (htb.offload()) {
      throw refused(
          Errno.EOPNOTSUPP,
          parent.equals(Handle.ROOT)
              ? "hw-tc-offload ethtool feature flag must be on"
              : "HTB must be the root qdisc to use offload");
    }
  }

  /** {@code __tc_get_qdisc}. */
  private void delete(Change.OfQdisc change) {
    Handle parent = change.parent();
    Handle handle = change.handle();
    if (parent.isUnspecified()) {
      Existing named = find(handle);
      if (named == null) {
        throw refused(Errno.ENOENT, "Failed to find qdisc with specified handle");
      }
      requireKind(change, named);
      throw refused(Errno.EINVAL, "Classid cannot be zero");
    }
    Existing there = toDelete(parent);
    if (there == null) {
      throw refused(Errno.ENOENT, "Cannot find specified qdisc on specified device");
    }
    if (!handle.isUnspecified() && !handle.equals(there.handle())) {
      throw refused(Errno.EINVAL, "Invalid handle");
    }
    requireKind(change, there);
    if (there.handle().isUnspecified()) {
      throw refused(Errno.ENOENT, "Cannot delete qdisc with handle of zero");
    }
    QueueDiscipline gone = there.discipline();
    if (gone == null) {
      removeHook();
    } else if (parent.equals(Handle.ROOT)) {
      tree.destroy(gone);
      tree.setRoot(device.defaultRoot());
    } else {
      above(parent, "Failed to find qdisc with specified classid").graft(parent, null);
      tree.destroy(gone);
    }
    device.treeChanged();
  }

  private @Nullable Existing toDelete(Handle parent) {
    if (parent.equals(Handle.ROOT)) {
      return Existing.of(tree.root());
    }
    if (parent.major() == QueueTree.HookDiscipline.HANDLE.major()) {
      // Any minor number means the one place there is; noop is in it where nothing else is.
      Existing hook = hook();
      return hook == null && tree.hasHookQueue()
          ? new Existing(Handle.UNSPECIFIED, Handle.CLSACT, "noop", null)
          : hook;
    }
    QueueDiscipline leaf =
        above(parent, "Failed to find qdisc with specified classid").leaf(parent);
    return leaf == null ? null : Existing.of(leaf);
  }
}
