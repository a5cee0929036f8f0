package dev.sluice.datapath.lint;

import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with changes that the kernel accepts.
 *
 * <p>Use it in three steps: {@link #prepare} before changes are done, which reads what is there as
 * far as they need it; {@link #check} for each that was done, in order; {@link #done} after each.
 */
public final class Lint {
  /** An Ethernet frame of the usual MTU of 1500 bytes, with its header. */
  private static final long FRAME = 1514;

  private static final long TIMER_NANOSECONDS = 3_000_000;
  private static final int MOST_NODES = 4095;

  private final TrafficControl control;
  private final Supplier<Capabilities> capabilities;
  private final Map<Integer, KnownClasses> devices = new HashMap<>();
  private final Map<Integer, RootQdisc> roots = new HashMap<>();
  private final Map<String, Integer> lists = new HashMap<>();
  private @Nullable Boolean matchesMarks;

  /**
   * Looks at changes.
   *
   * @param control lists the classes that are there
   * @param capabilities what the datapath can do; asked at most once, and only where it matters
   */
  public Lint(TrafficControl control, Supplier<Capabilities> capabilities) {
    this.control = control;
    this.capabilities = capabilities;
  }

  /** Reads what checking these changes needs, before they are done. */
  public void prepare(List<? extends Change> changes) {
    for (Change change : changes) {
      if (needsClasses(change)) {
        known(change.device());
      }
      if (change instanceof Change.OfQdisc qdisc && mayReplaceRoot(qdisc)) {
        root(change.device());
      }
    }
  }

  private static boolean mayReplaceRoot(Change.OfQdisc change) {
    return change.verb() == Verb.ADD
        && change.parent().equals(Handle.ROOT)
        && change.handle().isUnspecified();
  }

  private RootQdisc root(Device device) {
    RootQdisc root = roots.get(device.index());
    if (root == null) {
      root = new RootQdisc();
      control.qdiscs(device, root);
      roots.put(device.index(), root);
    }
    return root;
  }

  private static boolean needsClasses(Change change) {
    return switch (change) {
      case Change.OfQdisc _ -> false;
      case Change.OfClass ofClass -> ofClass.verb() != Verb.DELETE;
      case Change.OfFilter filter -> filter.verb() != Verb.DELETE && chosenClass(filter) != null;
    };
  }

  private KnownClasses known(Device device) {
    KnownClasses known = devices.get(device.index());
    if (known == null) {
      known = new KnownClasses();
      control.classes(device, Handle.UNSPECIFIED, known);
      devices.put(device.index(), known);
    }
    return known;
  }

  /** What is wrong with a change, given all that was {@link #done} before it. */
  public List<Finding> check(Change change) {
    if (change.verb() == Verb.DELETE) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>(0);
    switch (change) {
      case Change.OfQdisc qdisc -> {
        RootQdisc root = roots.get(change.device().index());
        if (root != null && mayReplaceRoot(qdisc) && root.isReplacedBy(qdisc.kind())) {
          findings.add(
              new Finding(
                  Rule.ADD_REPLACES_NOTHING,
                  "this took the place of " + root + ", with all that hung from it"));
        }
        if (qdisc.qdisc() instanceof Tbf tbf) {
          checkBucket(tbf, findings);
        }
      }
      case Change.OfClass ofClass -> {
        if (ofClass.trafficClass() instanceof HtbClass htb) {
          checkClass(ofClass, htb, findings);
        }
      }
      case Change.OfFilter filter -> checkFilter(filter, findings);
    }
    return findings;
  }

  /** Takes note of a change that was done. */
  public void done(Change change) {
    RootQdisc root = roots.get(change.device().index());
    if (root != null && change instanceof Change.OfQdisc qdisc) {
      root.done(qdisc);
    }
    KnownClasses known = devices.get(change.device().index());
    if (known == null) {
      return;
    }
    switch (change) {
      case Change.OfQdisc qdisc -> known.done(qdisc);
      case Change.OfClass ofClass -> known.done(ofClass);
      case Change.OfFilter _ -> {
        // filters are no classes
      }
    }
  }

  private static void checkBucket(Tbf tbf, List<Finding> findings) {
    Rate rate = tbf.rate().rate();
    Bucket burst = tbf.burst();
    if (rate.bytesPerSecond() == 0) {
      findings.add(new Finding(Rule.RATE_NOT_ZERO, "rate 0: nothing will be sent"));
      return;
    }
    if (burst.bytes() < FRAME) {
      findings.add(
          new Finding(
              Rule.BURST_HOLDS_FRAME,
              "burst of "
                  + burst.bytes()
                  + " bytes is below a full frame of "
                  + FRAME
                  + " bytes: longer packets are dropped"));
    } else if (burst.nanoseconds() < TIMER_NANOSECONDS) {
      findings.add(
          new Finding(
              Rule.BURST_OUTLASTS_TIMER,
              "burst of "
                  + burst.bytes()
                  + " bytes lasts "
                  + burst.nanoseconds() / 1000
                  + " us at "
                  + rate
                  + ": late timers will cost rate; "
                  + rate.bytesPerSecond() / 100
                  + " bytes last 10 ms"));
    }
  }

  private void checkClass(Change.OfClass change, HtbClass htb, List<Finding> findings) {
    Rate rate = htb.rate().rate();
    if (htb.ceil().rate().compareTo(rate) < 0) {
      findings.add(
          new Finding(
              Rule.CEIL_NOT_BELOW_RATE,
              "ceil " + htb.ceil().rate() + " is below rate " + rate + ": ceil holds"));
    }
    KnownClasses known = devices.get(change.device().index());
    Handle parent = change.parent();
    if (known == null || parent.minor() == 0 || parent.equals(Handle.ROOT)) {
      return;
    }
    boolean isThere = known.has(change.id());
    if (!isThere && !known.has(parent)) {
      findings.add(
          new Finding(
              Rule.PARENT_EXISTS,
              "class " + parent + " does not exist: " + change.id() + " is now at the root"));
      return;
    }
    long parentRate = known.rate(parent);
    long before = known.promised(parent);
    long own = parent.equals(known.parent(change.id())) ? known.rate(change.id()) : 0;
    long after = before - own + rate.bytesPerSecond();
    if (parentRate > 0 && before <= parentRate && after > parentRate) {
      findings.add(
          new Finding(
              Rule.CHILDREN_FIT,
              "the classes below "
                  + parent
                  + " are promised "
                  + new Rate(after)
                  + " of its "
                  + new Rate(parentRate)));
    }
  }

  private static @Nullable Handle chosenClass(Change.OfFilter change) {
    Handle chosen =
        switch (change.filter()) {
          case U32 u32 -> u32.classId();
          case BpfFilter bpf -> bpf.classId();
          case Filter.Unknown _ -> null;
          case null -> null;
        };
    boolean atClsact = change.parent().major() == Handle.CLSACT.major();
    return chosen == null || chosen.minor() == 0 || atClsact ? null : chosen;
  }

  private void checkFilter(Change.OfFilter change, List<Finding> findings) {
    Handle chosen = chosenClass(change);
    KnownClasses known = devices.get(change.device().index());
    if (chosen != null && known != null && !known.has(chosen)) {
      findings.add(
          new Finding(
              Rule.CHOSEN_CLASS_EXISTS,
              "class " + chosen + " does not exist: matching packets go to the default class"));
    }
    if (change.filter() instanceof U32 u32) {
      checkU32(change, u32, findings);
    }
  }

  private void checkU32(Change.OfFilter change, U32 u32, List<Finding> findings) {
    if (u32.mark() != null && !matchesMarks()) {
      findings.add(
          new Finding(
              Rule.MARK_IS_MATCHED,
              "this kernel cannot match marks (CONFIG_CLS_U32_MARK is off):"
                  + " the filter takes packets with any mark"));
    }
    if (u32.selector() != null
        && u32.classId() == null
        && u32.link() == 0
        && u32.actions().isEmpty()
        && u32.police() == null) {
      findings.add(
          new Finding(
              Rule.FILTER_ACTS, "no classid, link or action: matching packets go on as before"));
    }
    if (u32.divisor() == 0 && change.handle() == 0 && change.verb() == Verb.ADD) {
      String list =
          change.device().index()
              + " "
              + change.parent()
              + " "
              + change.priority()
              + " "
              + (u32.hashTable() & 0xfffff000);
      if (lists.merge(list, 1, Integer::sum) == MOST_NODES + 1) {
        findings.add(
            new Finding(
                Rule.LIST_HAS_ROOM,
                "more than "
                    + MOST_NODES
                    + " filters in one list: from here on they share a handle;"
                    + " use hash tables (divisor, ht)"));
      }
    }
  }

  private boolean matchesMarks() {
    Boolean known = matchesMarks;
    if (known == null) {
      known = !(capabilities.get().of(Feature.U32_MARK) instanceof Capabilities.Support.Missing);
      matchesMarks = known;
    }
    return known;
  }
}
