package dev.sluice.datapath.lint;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.QdiscEntry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The root qdisc of one device, as it was listed and as changes made it since. */
final class RootQdisc implements Consumer<QdiscEntry> {
  private @Nullable String kind;
  private Handle handle = Handle.UNSPECIFIED;

  @Override
  public void accept(QdiscEntry entry) {
    if (entry.isRoot() && !entry.isDefault()) {
      kind = entry.qdisc().kind();
      handle = entry.handle();
    }
  }

  void done(Change.OfQdisc change) {
    if (change.parent().equals(Handle.ROOT)) {
      kind = change.verb() == Verb.DELETE ? null : change.kind();
      handle = change.handle();
    }
  }

  /** Whether one that somebody made is there, and one of this kind takes its place. */
  boolean isReplacedBy(@Nullable String newKind) {
    return kind != null && newKind != null && !kind.equals(newKind);
  }

  @Override
  public String toString() {
    return handle.isUnspecified() ? "qdisc " + kind : "qdisc " + kind + " " + handle;
  }
}
