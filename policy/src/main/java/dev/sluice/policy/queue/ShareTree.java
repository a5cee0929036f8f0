package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a {@link Sharing} as HTB has them. Class 1 holds the whole rate. Where no class is
 * named for what fits no match, class 2 takes it, with a hundredth of the rate guaranteed and all of it
 * to borrow.
 */
public final class ShareTree {
  private static final int WHOLE = 1;
  private static final int REST = 2;
  private static final int FIRST = 0x10;
  private static final int MOST_LEVELS = 7;
  private static final int MOST_CLASSES = 0xffff - FIRST;
  private static final int REST_SHARE = 100;
  private static final int LAST_PRIORITY = 7;

  private final Sharing sharing;
  private final BiFunction<String, String, ? extends RuntimeException> fault;
  private final Map<String, Integer> minors = new LinkedHashMap<>();

  private ShareTree(
      Sharing sharing, BiFunction<String, String, ? extends RuntimeException> fault) {
    this.sharing = sharing;
    this.fault = fault;
  }

  /**
   * Reads what is to be shared out.
   *
   * @param at where it stands, as a JSON pointer
   * @param fault makes an error of a JSON pointer and what is wrong there
   * @throws RuntimeException of {@code fault}
   */
  public static ShareTree of(
      Sharing sharing,
      String at,
      BiFunction<String, String, ? extends RuntimeException> fault) {
    ShareTree tree = new ShareTree(sharing, fault);
    if (sharing.rate().bytesPerSecond() == 0) {
      throw fault.apply(at + "/rate", "expected more than 0");
    }
    tree.number(at, sharing.classes(), 1);
    String rest = sharing.defaultClass();
    if (rest != null && !tree.minors.containsKey(rest)) {
      throw fault.apply(
          at + "/defaultClass",
          "expected the name of a class, one of "
              + String.join(", ", tree.minors.keySet())
              + "; found "
              + rest);
    }
    return tree;
  }

  private void number(String at, List<ShareClass> classes, int level) {
    for (int i = 0; i < classes.size(); i++) {
      ShareClass one = classes.get(i);
      String here = at + "/classes/" + i;
      if (minors.putIfAbsent(one.name(), FIRST + minors.size()) != null) {
        throw fault.apply(here + "/name", "there is a class " + one.name() + " already");
      }
      if (minors.size() > MOST_CLASSES) {
        throw fault.apply(here, "a device has at most " + MOST_CLASSES + " classes");
      }
      if (one.rate().bytesPerSecond() == 0) {
        throw fault.apply(here + "/rate", "expected more than 0");
      }
      Rate ceil = one.ceil();
      if (ceil != null && ceil.compareTo(one.rate()) < 0) {
        throw fault.apply(
            here + "/ceil",
            "expected the rate, %s, or more; found %s".formatted(one.rate(), ceil));
      }
      if (!one.classes().isEmpty()) {
        if (!one.match().isEmpty()) {
          throw fault.apply(here + "/match", "expected no matches in a class that has classes");
        }
        if (one.name().equals(sharing.defaultClass())) {
          throw fault.apply(here, "expected no classes in the one that takes the rest");
        }
        if (level >= MOST_LEVELS) {
          throw fault.apply(here + "/classes", "HTB has at most 8 levels");
        }
        number(here, one.classes(), level + 1);
      }
    }
  }

  /**
   * The handle of a class.
   *
   * @param name null for what fits no match
   */
  public Handle id(@Nullable String name) {
    String wanted = name == null ? sharing.defaultClass() : name;
    int minor = wanted == null ? REST : minors.getOrDefault(wanted, 0);
    return Handle.of(Owner.MAJOR, minor);
  }

  /** The names of the classes, by their handles. */
  public Map<Handle, String> names() {
    Map<Handle, String> names = new LinkedHashMap<>();
    minors.forEach((name, minor) -> names.put(Handle.of(Owner.MAJOR, minor), name));
    return names;
  }

  /** What makes them on a device that has no root qdisc of anybody's. */
  public List<Change> changes(Device device) {
    List<Change> changes = new ArrayList<>();
    Handle whole = Handle.of(Owner.MAJOR, WHOLE);
    changes.add(
        Change.OfQdisc.add(
            device, Handle.ROOT, Owner.ROOT, Htb.withDefault(id(null).minor())));
    changes.add(
        Change.OfClass.add(
            device, Owner.ROOT, whole, htb(sharing.rate(), sharing.rate(), null, 0)));
    add(changes, device, whole, sharing.rate(), sharing.classes());
    if (sharing.defaultClass() == null) {
      Rate share = new Rate(Math.max(1, sharing.rate().bytesPerSecond() / REST_SHARE));
      Handle rest = Handle.of(Owner.MAJOR, REST);
      changes.add(
          Change.OfClass.add(
              device, whole, rest, htb(share, sharing.rate(), null, LAST_PRIORITY)));
      changes.add(leaf(device, rest, sharing.rate(), null));
    }
    return changes;
  }

  private void add(
      List<Change> changes,
      Device device,
      Handle parent,
      Rate whole,
      List<ShareClass> classes) {
    for (ShareClass one : classes) {
      Handle id = id(one.name());
      Rate ceil = one.ceil() == null ? whole : one.ceil();
      int priority = one.priority() == null ? 0 : one.priority();
      changes.add(
          Change.OfClass.add(device, parent, id, htb(one.rate(), ceil, one.burst(), priority)));
      if (one.classes().isEmpty()) {
        changes.add(leaf(device, id, ceil, one.queue()));
      }
      add(changes, device, id, ceil, one.classes());
    }
  }

  private static TrafficClass htb(Rate rate, Rate ceil, @Nullable DataSize burst, int priority) {
    return new TrafficClass.HtbClass(
        RateSpec.of(rate),
        RateSpec.of(ceil),
        Bucket.of(rate, QueueDefaults.burst(rate, burst)),
        Bucket.of(ceil, QueueDefaults.burst(ceil, burst)),
        QueueDefaults.quantum(rate),
        priority,
        0);
  }

  private static Change leaf(Device device, Handle parent, Rate ceil, @Nullable Duration queue) {
    return Change.OfQdisc.add(
        device,
        parent,
        Handle.UNSPECIFIED,
        new Qdisc.Bfifo(QueueDefaults.limit(ceil, queue)));
  }
}
