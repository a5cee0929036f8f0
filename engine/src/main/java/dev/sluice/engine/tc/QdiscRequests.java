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
    } else if (change.parent().equals(Handle.CLSACT)) {
      putHook(change);
    } else {
      put(change);
    }
  }

  /** The discipline that hangs from a parent; null for none, or one that nobody made. */
  private @Nullable QueueDiscipline at(Handle parent, String text) {
    QueueDiscipline there;
    if (parent.equals(Handle.ROOT)) {
      there = tree.root();
    } else {
      there = leaf(parent, text);
    }
    return there == null || there.handle().isUnspecified() ? null : there;
  }

  private @Nullable QueueDiscipline leaf(Handle parent, String noQdisc) {
    QueueDiscipline above = tree.find(parent.major());
    if (above == null) {
      throw refused(Errno.ENOENT, noQdisc);
    }
    if (!(above instanceof ClassfulDiscipline classful)) {
      throw refused(Errno.EOPNOTSUPP, "Parent qdisc is not classful");
    }
    if (!classful.hasClass(parent)) {
      throw refused(Errno.ENOENT, "Specified class not found");
    }
    return classful.leaf(parent);
  }

  private void put(Change.OfQdisc change) {
    Handle handle = change.handle();
    Handle parent = change.parent();
    QueueDiscipline there;
    if (parent.isUnspecified()) {
      if (handle.isUnspecified()) {
        throw refused(Errno.EINVAL, "Handle cannot be zero");
      }
      there = tree.find(handle.major());
    } else {
      there = at(parent, "Failed to find specified qdisc");
      if (there == null || handle.isUnspecified() || !there.handle().equals(handle)) {
        if (!handle.isUnspecified()) {
          if (there != null && !replaces(change.verb())) {
            throw refused(Errno.EEXIST, "NLM_F_REPLACE needed to override");
          }
          if (handle.minor() != 0) {
            throw refused(Errno.EINVAL, "Invalid minor handle");
          }
          QueueDiscipline named = tree.find(handle.major());
          if (named == null) {
            create(change, there);
            return;
          }
          if (isExclusive(change.verb())) {
            throw refused(Errno.EEXIST, "Exclusivity flag on, cannot override");
          }
          requireKind(change, named);
          throw refused(Errno.EINVAL, "Cannot move an existing qdisc to a different parent");
        }
        boolean otherKind =
            there != null && change.kind() != null && !change.kind().equals(there.kind());
        if (there == null || (change.verb() == Change.Verb.REPLACE && otherKind)) {
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
    Qdisc options = change.qdisc();
    if (there instanceof HierarchicalTokenBucket || there instanceof PfifoFast) {
      throw refused(Errno.EINVAL, "Change operation not supported by specified qdisc");
    }
    if (options != null) {
      there.change(options);
    }
  }

  private static void requireKind(Change.OfQdisc change, QueueDiscipline there) {
    if (change.kind() != null && !change.kind().equals(there.kind())) {
      throw refused(Errno.EINVAL, "Invalid qdisc name: must match existing qdisc");
    }
  }

  /** {@code qdisc_create} and {@code qdisc_graft}. */
  private void create(Change.OfQdisc change, @Nullable QueueDiscipline replaced) {
    if (!creates(change.verb())) {
      throw refused(Errno.ENOENT, "Qdisc not found. To create specify NLM_F_CREATE flag");
    }
    String kind = change.kind();
    if (kind == null) {
      throw refused(Errno.EINVAL, "NLM_F_CREATE needs a kind");
    }
    requireKnown(kind);
    if (kind.equals("clsact") || kind.equals("ingress")) {
      throw refused(Errno.EOPNOTSUPP, null);
    }
    Handle handle = change.handle().isUnspecified() ? tree.freeHandle() : change.handle();
    if (handle == null) {
      throw refused(Errno.ENOSPC, "Maximum number of qdisc handles was exceeded");
    }
    Handle parent = change.parent();
    if (!parent.equals(Handle.ROOT)) {
      requireLeaf(parent);
    }
    QueueDiscipline made = make(change, kind, handle);
    if (parent.equals(Handle.ROOT)) {
      QueueDiscipline old = tree.root();
      tree.destroy(old);
      tree.setRoot(made);
    } else if (tree.find(parent.major()) instanceof ClassfulDiscipline above) {
      if (replaced != null) {
        tree.destroy(replaced);
      }
      above.graft(parent, made);
    }
    tree.add(made);
    device.treeChanged();
  }

  /** Only a leaf takes a discipline ({@code htb_graft}); looked at before anything is made. */
  private void requireLeaf(Handle parent) {
    if (tree.find(parent.major()) instanceof ClassfulDiscipline above
        && above.hasClass(parent)
        && above.leaf(parent) == null) {
      throw refused(Errno.EINVAL, null);
    }
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
      default -> throw refused(Errno.EINVAL, null);
    };
  }

  /** A clsact or ingress qdisc stands beside the root, at a place and under a name of its own. */
  private void putHook(Change.OfQdisc change) {
    QueueTree.HookDiscipline there = tree.hook();
    String kind = change.kind();
    Handle handle = change.handle();
    if (there != null) {
      boolean same = handle.isUnspecified() || handle.equals(QueueTree.HookDiscipline.HANDLE);
      if (!same && !replaces(change.verb())) {
        throw refused(Errno.EEXIST, "NLM_F_REPLACE needed to override");
      }
      if (isExclusive(change.verb())) {
        throw refused(Errno.EEXIST, "Exclusivity flag on, cannot modify");
      }
      if (kind == null || kind.equals(there.options().kind())) {
        throw refused(Errno.EINVAL, "Change operation not supported by specified qdisc");
      }
      if (change.verb() != Change.Verb.REPLACE || !handle.isUnspecified()) {
        throw refused(Errno.EINVAL, "Invalid qdisc name: must match existing qdisc");
      }
    }
    if (!creates(change.verb())) {
      throw refused(Errno.ENOENT, "Qdisc not found. To create specify NLM_F_CREATE flag");
    }
    if (kind == null) {
      throw refused(Errno.EINVAL, "NLM_F_CREATE needs a kind");
    }
    requireKnown(kind);
    boolean clsact = kind.equals("clsact");
    if (!clsact && !kind.equals("ingress")) {
      throw refused(Errno.EINVAL, "Specified parent ID is reserved for ingress and clsact Qdiscs");
    }
    tree.clearHook();
    tree.setHook(
        new QueueTree.HookDiscipline(
            clsact ? new Qdisc.Clsact() : new Qdisc.Ingress(),
            device.newBlock(Handle.CLSACT_INGRESS, ClassBinder.NONE),
            clsact ? device.newBlock(Handle.CLSACT_EGRESS, ClassBinder.NONE) : null));
    device.treeChanged();
  }

  private void delete(Change.OfQdisc change) {
    Handle parent = change.parent();
    Handle handle = change.handle();
    if (parent.equals(Handle.CLSACT)) {
      deleteHook(change);
      return;
    }
    if (parent.isUnspecified()) {
      QueueDiscipline named = tree.find(handle.major());
      if (named == null) {
        throw refused(Errno.ENOENT, "Failed to find qdisc with specified handle");
      }
      requireKind(change, named);
      throw refused(Errno.EINVAL, "Classid cannot be zero");
    }
    QueueDiscipline there =
        parent.equals(Handle.ROOT)
            ? tree.root()
            : leaf(parent, "Failed to find qdisc with specified classid");
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
    tree.destroy(there);
    if (parent.equals(Handle.ROOT)) {
      tree.setRoot(device.defaultRoot());
    } else if (tree.find(parent.major()) instanceof ClassfulDiscipline above) {
      above.graft(parent, null);
    }
    device.treeChanged();
  }

  private void deleteHook(Change.OfQdisc change) {
    QueueTree.HookDiscipline there = tree.hook();
    if (there == null) {
      throw refused(Errno.ENOENT, "Cannot find specified qdisc on specified device");
    }
    if (!change.handle().isUnspecified()
        && !change.handle().equals(QueueTree.HookDiscipline.HANDLE)) {
      throw refused(Errno.EINVAL, "Invalid handle");
    }
    if (change.kind() != null && !change.kind().equals(there.options().kind())) {
      throw refused(Errno.EINVAL, "Invalid qdisc name: must match existing qdisc");
    }
    tree.clearHook();
    device.treeChanged();
  }
}
