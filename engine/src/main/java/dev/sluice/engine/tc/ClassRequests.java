package dev.sluice.engine.tc;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.engine.sched.ClassfulDiscipline;
import dev.sluice.engine.sched.DisciplineRefusal;
import dev.sluice.engine.sched.QueueDiscipline;
import java.util.List;

/** Makes, changes and removes classes ({@code tc_ctl_tclass} in {@code net/sched/sch_api.c}). */
final class ClassRequests {
  private final QueueTree tree;

  ClassRequests(QueueDevice device) {
    tree = device.tree();
  }

  /** Does a change; what the kernel says beside its yes. */
  List<String> apply(Change.OfClass change) {
    Handle parent = change.parent();
    int major = change.id().major();
    if (!parent.equals(Handle.ROOT)) {
      if (major != 0 && parent.major() != 0 && major != parent.major()) {
        throw new DisciplineRefusal(Errno.EINVAL, null);
      }
      if (major == 0) {
        major = parent.major() != 0 ? parent.major() : tree.root().handle().major();
      }
      if (!parent.isUnspecified()) {
        parent = Handle.of(major, parent.minor());
      }
    } else if (major == 0) {
      major = tree.root().handle().major();
    }
    // A number of 0 means the root class, where that is the parent, and none otherwise.
    boolean named = !change.id().isUnspecified() || parent.equals(Handle.ROOT);
    Handle id = named ? Handle.of(major, change.id().minor()) : Handle.UNSPECIFIED;
    QueueDiscipline qdisc = tree.find(major);
    QueueTree.HookDiscipline hook = tree.hook();
    if (qdisc == null && hook != null && major == QueueTree.HookDiscipline.HANDLE.major()) {
      requirePlace(change.verb(), named && hook.hasClass(id));
      throw new DisciplineRefusal(Errno.EOPNOTSUPP, null);
    }
    if (qdisc == null) {
      throw new DisciplineRefusal(Errno.ENOENT, null);
    }
    if (!(qdisc instanceof ClassfulDiscipline classful)) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    requirePlace(change.verb(), named && classful.hasClass(id));
    if (change.verb() == Change.Verb.DELETE) {
      QueueDiscipline leaf = classful.leaf(id);
      try {
        classful.deleteClass(id);
      } finally {
        classful.forgetInFilters(id);
      }
      if (leaf != null) {
        tree.destroy(leaf);
      }
      return List.of();
    }
    QueueDiscipline above =
        !parent.isUnspecified() && classful.hasClass(parent) ? classful.leaf(parent) : null;
    List<String> warnings = classful.putClass(id, parent, change.trafficClass());
    if (above != null && classful.leaf(parent) == null) {
      // The first child of a leaf costs its queue.
      tree.destroy(above);
    }
    return warnings;
  }

  /** Whether a class is there must fit with what is to be done. */
  private static void requirePlace(Change.Verb verb, boolean there) {
    boolean makes = verb == Change.Verb.ADD || verb == Change.Verb.REPLACE;
    if (!there && !makes) {
      throw new DisciplineRefusal(Errno.ENOENT, null);
    }
    if (there && verb == Change.Verb.ADD) {
      throw new DisciplineRefusal(Errno.EEXIST, null);
    }
  }
}
