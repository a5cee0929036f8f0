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
    QueueDiscipline qdisc = tree.find(major);
    if (qdisc == null) {
      throw new DisciplineRefusal(Errno.ENOENT, null);
    }
    if (!(qdisc instanceof ClassfulDiscipline classful)) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    Handle id = Handle.of(major, change.id().minor());
    boolean there = classful.hasClass(id);
    boolean makes = change.verb() == Change.Verb.ADD || change.verb() == Change.Verb.REPLACE;
    if (!there && !makes) {
      throw new DisciplineRefusal(Errno.ENOENT, null);
    }
    if (there && change.verb() == Change.Verb.ADD) {
      throw new DisciplineRefusal(Errno.EEXIST, null);
    }
    if (change.verb() == Change.Verb.DELETE) {
      QueueDiscipline leaf = classful.leaf(id);
      classful.deleteClass(id);
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
}
