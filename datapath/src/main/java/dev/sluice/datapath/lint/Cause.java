package dev.sluice.datapath.lint;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Tbf;
import org.jspecify.annotations.Nullable;

/** Why the kernel refused a change, where it says so with an error number only. */
public final class Cause {
  private Cause() {}

  /**
   * The likely cause of a refusal.
   *
   * @param change what was refused
   * @param errno the error number, positive
   * @param lint knows the classes that are there, if it was prepared for the change
   * @return one line without a full stop; null where no cause is known
   */
  public static @Nullable String of(Change change, int errno, Lint lint) {
    Errno known = Errno.of(errno);
    if (known == null) {
      return null;
    }
    return switch (change) {
      case Change.OfQdisc qdisc -> ofQdisc(qdisc, known);
      case Change.OfClass ofClass -> ofClass(ofClass, known, lint);
      case Change.OfFilter _ -> null;
    };
  }

  private static @Nullable String ofQdisc(Change.OfQdisc change, Errno errno) {
    if (errno == Errno.EINVAL
        && change.qdisc() instanceof Tbf tbf
        && tbf.peak() != null
        && tbf.peak().rate().compareTo(tbf.rate().rate()) <= 0) {
      return "peakrate "
          + tbf.peak().rate()
          + " must be above rate "
          + tbf.rate().rate()
          + " (net/sched/sch_tbf.c)";
    }
    return null;
  }

  private static @Nullable String ofClass(Change.OfClass change, Errno errno, Lint lint) {
    Handle id = change.id();
    Handle parent = change.parent();
    boolean foreign =
        !parent.isUnspecified()
            && !parent.equals(Handle.ROOT)
            && id.major() != 0
            && id.major() != parent.major();
    if (errno == Errno.EINVAL && foreign) {
      return "class "
          + id
          + " cannot hang from "
          + parent
          + ": the numbers before the colon differ";
    }
    KnownClasses known = lint.knownClasses(change.device());
    boolean missing = known != null && !known.has(id);
    if (errno == Errno.ENOENT && change.verb() == Verb.CHANGE && missing) {
      return "there is no class " + id + " on " + change.device();
    }
    if (errno == Errno.ENOENT || (errno == Errno.EINVAL && parent.isUnspecified())) {
      return change.verb() == Verb.DELETE
          ? "there is no class " + id + " on " + change.device()
          : "there is no qdisc " + id.qdisc() + " with classes on " + change.device();
    }
    if (errno == Errno.EEXIST) {
      return "class " + id + " is there already; change or replace it";
    }
    return null;
  }
}
