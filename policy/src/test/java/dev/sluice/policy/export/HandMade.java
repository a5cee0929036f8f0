package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfFilter;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** A random set-up as people make with tc: an HTB with u32 filters, and filters at clsact. */
final class HandMade {
  static final Handle ROOT = Handle.of(1, 0);

  /**
   * A filter.
   *
   * @param place what notes call its parent
   * @param parent its parent
   * @param priority its priority
   * @param protocol its protocol
   * @param filter what it matches and does
   */
  record Planned(String place, Handle parent, int priority, int protocol, U32 filter) {}

  private final Random random;
  private final boolean hooks;
  private final Fields fields;
  private final List<OfClass> classes = new ArrayList<>();
  private final List<Handle> leaves = new ArrayList<>();
  private final List<Planned> filters = new ArrayList<>();
  private final List<OfQdisc> queues = new ArrayList<>();
  private final Device model = new Device(1, "model");
  private int defaultMinor;
  private int next = 0x10;

  /**
   * Makes one.
   *
   * @param hooks whether there are filters with actions, and at clsact
   * @param fields what filters match
   */
  HandMade(Random random, boolean hooks, Fields fields) {
    this.random = random;
    this.hooks = hooks;
    this.fields = fields;
    if (random.nextInt(4) == 0) {
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        add(ROOT, 100 + random.nextInt(900), 0);
      }
    } else {
      add(ROOT, Handle.of(1, 1), htb(1000, 1000));
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        add(Handle.of(1, 1), 100 + random.nextInt(200), 0);
      }
    }
    int otherwise = random.nextInt(5);
    defaultMinor =
        otherwise == 0
            ? 0
            : otherwise == 1 ? 0x999 : leaves.get(random.nextInt(leaves.size())).minor();
    filters("1:", ROOT, 2 + random.nextInt(6));
    if (hooks) {
      filters("ingress", Handle.CLSACT_INGRESS, random.nextInt(5));
      filters("egress", Handle.CLSACT_EGRESS, random.nextInt(4));
    }
  }

  private void add(Handle parent, int megabits, int depth) {
    Handle id = Handle.of(1, next);
    next += 1 + random.nextInt(3);
    long ceil = random.nextInt(3) == 0 ? megabits : megabits + random.nextInt(1500);
    add(parent, id, htb(megabits, ceil));
    if (depth < 2 && random.nextInt(4) == 0) {
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        add(id, 50 + random.nextInt(100), depth + 1);
      }
      return;
    }
    leaves.add(id);
    if (random.nextInt(3) == 0) {
      Qdisc queue =
          random.nextBoolean()
              ? new Qdisc.Bfifo(150_000L + random.nextInt(5_000_000))
              : new Qdisc.Pfifo(100L + random.nextInt(1000));
      queues.add(OfQdisc.add(model, id, Handle.of(id.minor() + 0x100, 0), queue));
    }
  }

  private void add(Handle parent, Handle id, HtbClass options) {
    classes.add(OfClass.add(model, parent, id, options));
  }

  private HtbClass htb(long megabits, long ceilMegabits) {
    Rate rate = Rate.megabits(megabits);
    Rate ceil = Rate.megabits(ceilMegabits);
    HtbClass tcs = HtbClass.of(rate, ceil);
    boolean bursts = random.nextBoolean();
    long burst = 32L * 1024 * (1 + random.nextInt(20));
    return new HtbClass(
        RateSpec.of(rate),
        RateSpec.of(ceil),
        bursts ? Bucket.of(rate, burst) : tcs.burst(),
        bursts ? Bucket.of(ceil, burst) : tcs.ceilBurst(),
        0,
        random.nextInt(8),
        0);
  }

  private void filters(String place, Handle parent, int count) {
    int priority = 1;
    int protocol = fields.protocol(random);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(3) > 0) {
        priority++;
        protocol = fields.protocol(random);
      }
      List<Action> actions = new ArrayList<>();
      boolean atRoot = parent.equals(ROOT);
      if (hooks && (!atRoot || random.nextInt(4) == 0)) {
        actions.add(new Action.Gact(random.nextInt(3) == 0 ? 0 : 2, 0));
      }
      Handle chosen =
          random.nextInt(10) == 0
              ? Handle.of(1, random.nextInt(3))
              : leaves.get(random.nextInt(leaves.size()));
      if (chosen.equals(ROOT) && random.nextBoolean()) {
        chosen = leaves.getFirst();
      }
      U32 filter =
          new U32(
              atRoot ? chosen : null,
              0,
              0,
              0,
              U32.Selector.terminal(fields.keys(random, protocol)),
              fields.mark(random),
              null,
              0,
              actions,
              null,
              null);
      filters.add(new Planned(place, parent, priority, protocol, filter));
    }
  }

  /** The classes, parents first. */
  List<OfClass> classes() {
    return List.copyOf(classes);
  }

  /** The queues of classes. */
  List<OfQdisc> queues() {
    return List.copyOf(queues);
  }

  Set<Handle> leaves() {
    return new HashSet<>(leaves);
  }

  /**
   * Makes it at a device, but for some filters.
   *
   * @param without notes' words for filters that are not to be made
   * @return the words for each filter, in their order; of those that were not made, as they were
   */
  List<String> make(
      TrafficControl control, Device device, Set<String> without, List<String> known) {
    List<Change> changes = new ArrayList<>();
    changes.add(OfQdisc.add(device, Handle.ROOT, ROOT, Htb.withDefault(defaultMinor)));
    for (OfClass one : classes) {
      changes.add(
          OfClass.add(device, one.parent(), one.id(), Objects.requireNonNull(one.trafficClass())));
    }
    for (OfQdisc one : queues) {
      changes.add(
          OfQdisc.add(device, one.parent(), one.handle(), Objects.requireNonNull(one.qdisc())));
    }
    if (hooks) {
      changes.add(OfQdisc.add(device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
    }
    changes.forEach(control::apply);
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < filters.size(); i++) {
      Planned filter = filters.get(i);
      if (!known.isEmpty() && without.contains(known.get(i))) {
        names.add(known.get(i));
        continue;
      }
      control.apply(
          OfFilter.add(
              device, filter.parent(), filter.priority(), filter.protocol(), filter.filter()));
      for (FilterEntry entry : control.filters(device, filter.parent())) {
        String name =
            "filter pref %d at %s (%s)"
                .formatted(entry.priority(), filter.place(), U32.handleText(entry.handle()));
        if (entry.filter() instanceof U32 u32 && u32.selector() != null && seen.add(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
