package dev.sluice.datapath.cause;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import org.jspecify.annotations.Nullable;

/** Why a change to a class was refused ({@code tc_ctl_tclass}, {@code htb_change_class}). */
public final class ClassCause {
  private ClassCause() {}

  /**
   * The cause in words, as far as what is there shows it.
   *
   * @param errno the error number of the refusal, positive
   * @return null where nothing more can be said
   */
  public static @Nullable String of(Scene scene, Change.OfClass change, int errno) {
    Handle id = change.id();
    Handle parent = change.parent();
    boolean hasParentMajor = !parent.equals(Handle.ROOT) && parent.major() != 0;
    if (hasParentMajor && id.major() != 0 && parent.major() != id.major()) {
      return "class "
          + id
          + " and its parent "
          + parent
          + " must belong to one qdisc, and so have the same major number";
    }
    QdiscEntry root = scene.qdiscAt(Handle.ROOT);
    Handle handle =
        id.major() != 0
            ? id.qdisc()
            : hasParentMajor ? parent.qdisc() : root == null ? Handle.UNSPECIFIED : root.handle();
    QdiscEntry qdisc = scene.qdisc(handle);
    if (qdisc == null) {
      return handle.isUnspecified() && root != null
          ? "the root qdisc, " + Scene.describe(root) + ", has no classes"
          : scene.noQdisc(handle);
    }
    String kind = change.kind();
    if (isClassless(qdisc)) {
      return Scene.describe(qdisc) + " has no classes";
    }
    if (kind != null && !kind.equals(qdisc.qdisc().kind())) {
      return "the qdisc is " + Scene.describe(qdisc) + ", and the class is " + kind;
    }
    Handle whole = new Handle(handle.value() | id.minor());
    ClassEntry there = scene.trafficClass(whole);
    if (there == null) {
      boolean makes = change.verb() == Change.Verb.ADD || change.verb() == Change.Verb.REPLACE;
      return makes ? null : scene.noClass(whole);
    }
    if (errno == Errno.EEXIST.number()) {
      return Scene.describe(there) + " is there already";
    }
    return errno == Errno.EBUSY.number() ? inUse(scene, whole) : null;
  }

  private static boolean isClassless(QdiscEntry qdisc) {
    return switch (qdisc.qdisc().kind()) {
      case "pfifo", "bfifo", "pfifo_head_drop", "pfifo_fast", "noqueue" -> true;
      default -> false;
    };
  }

  private static String inUse(Scene scene, Handle id) {
    ClassEntry child = scene.childOf(id);
    return child != null
        ? "class " + id + " has children; " + child.id() + " is one"
        : "filters send packets to class " + id;
  }
}
