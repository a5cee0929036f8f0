package dev.sluice.datapath.lint;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The classes of one device, as they were listed and as changes made them since. */
final class KnownClasses implements Consumer<ClassEntry> {
  // Keyed by the handles' numbers: a class is looked at for every line of a batch.
  private final Map<Integer, Known> classes = new HashMap<>();
  private final Map<Integer, Long> promised = new HashMap<>();

  /** The major numbers of new qdiscs whose classes Sluice does not know, such as a TBF's. */
  private final Set<Integer> unknown = new HashSet<>();

  /**
   * A class.
   *
   * @param parent the number of the class above it
   * @param rate its guaranteed rate in bytes per second; 0 where it has none
   */
  private record Known(int parent, long rate) {}

  @Override
  public void accept(ClassEntry entry) {
    put(entry.id(), entry.parent(), entry.trafficClass());
  }

  private void put(Handle id, Handle parent, @Nullable TrafficClass trafficClass) {
    remove(id);
    long rate = trafficClass instanceof HtbClass htb ? htb.rate().rate().bytesPerSecond() : 0;
    classes.put(id.value(), new Known(parent.value(), rate));
    promised.merge(parent.value(), rate, Long::sum);
  }

  private void remove(Handle id) {
    Known gone = classes.remove(id.value());
    if (gone != null) {
      promised.merge(gone.parent, -gone.rate, Long::sum);
    }
  }

  void done(Change.OfQdisc change) {
    if (change.parent().equals(Handle.ROOT)) {
      classes.clear();
      promised.clear();
      unknown.clear();
    }
    if (change.verb() != Verb.DELETE && !"htb".equals(change.kind())) {
      unknown.add(change.handle().major());
    }
  }

  void done(Change.OfClass change) {
    if (change.verb() == Verb.DELETE) {
      remove(change.id());
      return;
    }
    Known there = classes.get(change.id().value());
    // A class that is there stays where it is, whatever parent is given.
    Handle parent = there != null ? new Handle(there.parent) : change.parent();
    if (parent.minor() == 0 || !has(parent)) {
      parent = Handle.ROOT;
    }
    put(change.id(), parent, change.trafficClass());
  }

  /** Whether there is such a class, as far as can be known. */
  boolean has(Handle id) {
    return classes.containsKey(id.value()) || unknown.contains(id.major());
  }

  /** The number of the class above a class; null where there is no such class. */
  @Nullable Handle parent(Handle id) {
    Known known = classes.get(id.value());
    return known == null ? null : new Handle(known.parent);
  }

  /** The guaranteed rate of a class in bytes per second, 0 where it has none. */
  long rate(Handle id) {
    Known known = classes.get(id.value());
    return known == null ? 0 : known.rate;
  }

  /** What the children of a class are promised together, in bytes per second. */
  long promised(Handle parent) {
    return promised.getOrDefault(parent.value(), 0L);
  }
}
