package dev.sluice.datapath.cause;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import org.jspecify.annotations.Nullable;

/** Why a change to a qdisc was refused ({@code tc_modify_qdisc}, {@code tc_get_qdisc}). */
public final class QdiscCause {
  private QdiscCause() {}

  /**
   * The cause in words, as far as what is there shows it.
   *
   * @param errno the error number of the refusal, positive
   * @return null where nothing more can be said
   */
  public static @Nullable String of(Scene scene, Change.OfQdisc change, int errno) {
    String place = place(scene, change);
    if (place != null) {
      return place;
    }
    return change.verb() == Change.Verb.DELETE
        ? ofDeletion(scene, change)
        : ofMaking(scene, change, errno);
  }

  /** What is wrong with the place where the qdisc is to be. */
  private static @Nullable String place(Scene scene, Change.OfQdisc change) {
    Handle parent = change.parent();
    if (parent.isUnspecified() || parent.equals(Handle.ROOT) || parent.equals(Handle.CLSACT)) {
      return null;
    }
    QdiscEntry above = scene.qdisc(parent.qdisc());
    if (above == null) {
      return scene.noQdisc(parent.qdisc());
    }
    if (parent.minor() != 0 && isHtb(above)) {
      if (scene.trafficClass(parent) == null) {
        return scene.noClass(parent);
      }
      ClassEntry child = scene.childOf(parent);
      if (child != null && change.verb() != Change.Verb.DELETE) {
        return "class "
            + parent
            + " has children ("
            + child.id()
            + " is one), and only a leaf takes a qdisc";
      }
    }
    return null;
  }

  private static boolean isHtb(QdiscEntry entry) {
    return entry.qdisc().kind().equals("htb");
  }

  private static @Nullable String ofDeletion(Scene scene, Change.OfQdisc change) {
    QdiscEntry there =
        change.parent().isUnspecified()
            ? scene.qdisc(change.handle())
            : scene.qdiscAt(change.parent());
    if (there == null) {
      return change.parent().isUnspecified()
          ? scene.noQdisc(change.handle())
          : nothingAt(scene, change.parent());
    }
    if (there.isDefault()) {
      return Scene.describe(there) + " is the kernel's default, which goes only when replaced";
    }
    return mismatch(there, change);
  }

  private static String nothingAt(Scene scene, Handle parent) {
    return parent.equals(Handle.CLSACT)
        ? scene.device() + " has neither a clsact nor an ingress qdisc"
        : "no qdisc hangs from " + parent + " on " + scene.device();
  }

  private static @Nullable String mismatch(QdiscEntry there, Change.OfQdisc change) {
    boolean otherHandle =
        !change.handle().isUnspecified() && !change.handle().equals(there.handle());
    boolean otherKind = change.kind() != null && !change.kind().equals(there.qdisc().kind());
    return otherHandle || otherKind ? "what is there is " + Scene.describe(there) : null;
  }

  private static @Nullable String ofMaking(Scene scene, Change.OfQdisc change, int errno) {
    if (change.handle().minor() != 0) {
      return "a qdisc's handle has no minor number: " + change.handle().qdisc();
    }
    QdiscEntry named = scene.qdisc(change.handle());
    QdiscEntry there = scene.qdiscAt(change.parent());
    if (errno == Errno.EEXIST.number() && there != null && !there.isDefault()) {
      return Scene.describe(there) + " is there already";
    }
    if (named != null && !named.parent().equals(change.parent())) {
      return change.handle() + " is the name of " + Scene.describe(named);
    }
    if (change.verb() == Change.Verb.CHANGE && (there == null || there.isDefault())) {
      return nothingToChange(scene, change, there);
    }
    String options = change.qdisc() == null ? null : options(change.qdisc(), errno);
    if (options != null) {
      return options;
    }
    return there == null || there.isDefault() ? null : mismatch(there, change);
  }

  private static String nothingToChange(
      Scene scene, Change.OfQdisc change, @Nullable QdiscEntry there) {
    return there == null
        ? nothingAt(scene, change.parent())
        : "there is only the kernel's default, " + Scene.describe(there);
  }

  /** What is wrong with the options. */
  private static @Nullable String options(Qdisc qdisc, int errno) {
    return switch (qdisc) {
      case Tbf tbf -> ofTbf(tbf);
      case Qdisc.Mq _ ->
          errno == Errno.EOPNOTSUPP.number()
              ? "mq is only for the root of a device with several transmit queues"
              : null;
      default -> null;
    };
  }

  /** The rules of {@code tbf_change}, which tells them to the kernel's log at best. */
  private static @Nullable String ofTbf(Tbf tbf) {
    RateSpec peak = tbf.peak();
    Bucket peakBurst = tbf.peakBurst();
    if (tbf.burst().bytes() == 0 || (peakBurst != null && peakBurst.bytes() == 0)) {
      return "a bucket of 0 bytes lets nothing pass";
    }
    if (peak != null && peak.rate().compareTo(tbf.rate().rate()) <= 0) {
      return "the peak rate " + peak.rate() + " must be above the rate " + tbf.rate().rate();
    }
    return null;
  }
}
