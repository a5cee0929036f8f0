package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.filter.ClassBinder;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hierarchical token bucket ({@code net/sched/sch_htb.c}): a tree of classes, each with a
 * guaranteed rate and a ceiling up to which it borrows from the classes above it.
 *
 * <p>Modelled: classification by priority, filters of the qdisc and of inner classes, default class
 * and direct queue; modes, rings and events to the nanosecond; quanta, borrowing, counters; changes
 * that keep the queue, a first child that costs a leaf's queue. Left out: hysteresis (off in the
 * kernel too), offload, rate estimators, and the limit on events per call, which in virtual time
 * are all handled at once.
 */
public final class HierarchicalTokenBucket extends ClassfulDiscipline {
  private static final long FIVE_SECONDS = 5_000_000_000L;

  /** The version of the interface as the kernel reads it back ({@code HTB_VER}). */
  private static final int VERSION = 0x30011;

  private static final int STOLEN = 4;
  private static final int QUEUED = 5;
  private static final int TRAP = 8;
  private static final int SHOT = 2;
  private static final int LEAST_QUANTUM = 1000;
  private static final int MOST_QUANTUM = 200_000;

  private final Htb options;
  private final long directLimit;
  private final BiFunction<Handle, ClassBinder, FilterBlock> blocks;
  private final FilterBlock filters;
  private final HtbTree tree = new HtbTree();
  private final PacketQueue direct = new PacketQueue();
  private final Classification found = new Classification();
  private long directPackets;
  private int length;
  private long waiting;
  private long wakeAt = NEVER;

  /** Where a packet belongs that {@link #classify} finds no class for. */
  private Route route = Route.CLASS;

  private enum Route {
    CLASS,
    DIRECT,
    DROP,
    STOLEN
  }

  private final ClassBinder binder =
      new ClassBinder() {
        @Override
        public boolean bind(int classId) {
          HtbClass bound = find(classId);
          if (bound != null) {
            bound.boundFilters++;
          }
          return bound != null;
        }

        @Override
        public void unbind(int classId) {
          HtbClass bound = find(classId);
          if (bound != null) {
            bound.boundFilters--;
          }
        }
      };

  /**
   * A tree without classes.
   *
   * @param blocks makes the filters of a place of the device
   */
  public HierarchicalTokenBucket(
      QueueHost host,
      Handle handle,
      Handle parent,
      Htb options,
      BiFunction<Handle, ClassBinder, FilterBlock> blocks) {
    super(host, handle, parent);
    this.options = options;
    this.blocks = blocks;
    Long queueLimit = options.directQueueLength();
    directLimit = queueLimit != null ? queueLimit : host.transmitQueueLength();
    filters = blocks.apply(handle, binder);
  }

  private @Nullable HtbClass find(int classId) {
    return classId >>> 16 == handle().major() ? tree.find(classId & 0xffff) : null;
  }

  /** {@code htb_classify}; null where {@link #route} says more. */
  private @Nullable HtbClass classify(SocketBuffer packet) {
    route = Route.DIRECT;
    if (packet.priority == handle().value()) {
      return null;
    }
    HtbClass chosen = find(packet.priority);
    if (chosen != null && chosen.isLeaf()) {
      return chosen;
    }
    FilterBlock asked = chosen != null ? chosen.filters : filters;
    for (int hops = 0; !asked.isEmpty(); hops++) {
      if (hops > HtbClass.LEVELS) {
        // Inner classes whose filters name each other.
        route = Route.DROP;
        return null;
      }
      found.classId = 0;
      int verdict = asked.classify(packet, found);
      if (verdict < 0) {
        break;
      }
      if (verdict == SHOT) {
        route = Route.DROP;
        return null;
      }
      if (verdict == STOLEN || verdict == QUEUED || verdict == TRAP) {
        route = Route.STOLEN;
        return null;
      }
      if (found.classId == handle().value()) {
        return null;
      }
      chosen = find(found.classId);
      if (chosen == null) {
        break;
      }
      if (chosen.isLeaf()) {
        return chosen;
      }
      asked = chosen.filters;
    }
    HtbClass other = tree.find(options.defaultClass() & 0xffff);
    return other != null && other.isLeaf() ? other : null;
  }

  @Override
  public Admission enqueue(SocketBuffer packet, long now) {
    HtbClass leaf = classify(packet);
    QueueDiscipline queue = leaf == null ? null : leaf.queue;
    if (leaf == null || queue == null) {
      return enqueueUnclassified(packet);
    }
    packet.queueClass = leaf.classId;
    int before = queue.queueLength();
    long bytesBefore = queue.backlog();
    Admission admission = queue.enqueue(packet, now);
    length += queue.queueLength() - before;
    waiting += queue.backlog() - bytesBefore;
    switch (admission) {
      case QUEUED -> tree.activate(leaf);
      case DROPPED, REPLACED -> {
        drops++;
        leaf.drops++;
      }
      case STOLEN -> {}
    }
    return admission;
  }

  private Admission enqueueUnclassified(SocketBuffer packet) {
    switch (route) {
      case DIRECT, CLASS -> {
        if (direct.length() >= directLimit) {
          drop(packet);
          return Admission.DROPPED;
        }
        direct.add(packet);
        directPackets++;
        length++;
        waiting += packet.queueLength;
        return Admission.QUEUED;
      }
      case DROP -> {
        drop(packet);
        return Admission.DROPPED;
      }
      case STOLEN -> {
        // The filters handed it on.
        return Admission.STOLEN;
      }
    }
    throw new AssertionError(route);
  }

  @Override
  protected @Nullable SocketBuffer take(long now) {
    wakeAt = NEVER;
    SocketBuffer packet = direct.remove();
    if (packet == null && length > 0) {
      packet = takeFromTree(now);
    }
    if (packet != null) {
      countSent(packet);
      length--;
      waiting -= packet.queueLength;
    }
    return packet;
  }

  private @Nullable SocketBuffer takeFromTree(long now) {
    long next = now + FIVE_SECONDS;
    for (int level = 0; level < HtbClass.LEVELS; level++) {
      next = Math.min(next, tree.handleEvents(level, now));
      for (int mask = tree.rowMask(level); mask != 0; mask &= mask - 1) {
        SocketBuffer packet = takeFromRow(level, Integer.numberOfTrailingZeros(mask), now);
        if (packet != null) {
          return packet;
        }
      }
    }
    // Or when a leaf's own queue said, which was asked above.
    wakeAt = Math.min(wakeAt, Math.max(next, now + 1));
    return null;
  }

  /** {@code htb_dequeue_tree}. */
  private @Nullable SocketBuffer takeFromRow(int level, int priority, long now) {
    HtbClass start = tree.leafInTurn(level, priority);
    HtbClass leaf = start;
    SocketBuffer packet = null;
    while (leaf != null) {
      QueueDiscipline queue = leaf.queue;
      if (queue == null || queue.queueLength() == 0) {
        // A leaf that dropped in its queue, or whose queue was replaced.
        tree.deactivate(leaf);
        if (!tree.hasRow(level, priority)) {
          return null;
        }
        HtbClass next = tree.leafInTurn(level, priority);
        if (leaf.equals(start)) {
          start = next;
        }
        leaf = next;
        continue;
      }
      packet = queue.dequeue(now);
      if (packet != null) {
        break;
      }
      wakeAt = Math.min(wakeAt, queue.wakeAt());
      tree.advance(leaf, level, priority);
      leaf = tree.leafInTurn(level, priority);
      if (leaf == null || leaf.equals(start)) {
        return null;
      }
    }
    if (packet == null || leaf == null) {
      return null;
    }
    leaf.countSent(packet);
    leaf.deficit[level] -= packet.queueLength;
    if (leaf.deficit[level] < 0) {
      leaf.deficit[level] += leaf.quantum;
      tree.advance(leaf, level, priority);
    }
    QueueDiscipline queue = leaf.queue;
    if (queue == null || queue.queueLength() == 0) {
      tree.deactivate(leaf);
    }
    tree.charge(leaf, level, packet, now);
    return packet;
  }

  @Override
  public long wakeAt() {
    return wakeAt;
  }

  @Override
  protected int lengthInside() {
    return length;
  }

  @Override
  protected long backlogInside() {
    return waiting;
  }

  /** {@code htb_qlen_notify}. */
  @Override
  protected void childLost(QueueDiscipline child, int packets, long bytes) {
    length -= packets;
    waiting -= bytes;
    HtbClass leaf = find(child.parent().value());
    if (leaf != null && child.queueLength() == 0) {
      tree.deactivate(leaf);
    }
  }

  @Override
  protected void resetInside() {
    direct.clear(this);
    forEachClassInside(
        inside -> {
          QueueDiscipline queue = inside.queue;
          if (queue != null) {
            queue.reset();
          }
          inside.activity = 0;
          inside.mode = HtbClass.Mode.CAN_SEND;
          inside.eventPlace = -1;
          for (HtbRing feed : inside.feeds) {
            if (feed != null) {
              feed.forget();
            }
          }
        });
    tree.reset();
    length = 0;
    waiting = 0;
    wakeAt = NEVER;
  }

  private void forEachClassInside(Consumer<HtbClass> consumer) {
    for (int minor = 0; minor <= tree.highestMinor(); minor++) {
      HtbClass inside = tree.find(minor);
      if (inside != null) {
        consumer.accept(inside);
      }
    }
  }

  @Override
  public void change(Qdisc newOptions) {
    throw new DisciplineRefusal(Errno.EINVAL, "Change operation not supported by specified qdisc");
  }

  @Override
  public Qdisc options() {
    return new Htb(
        options.defaultClass(),
        Math.max(1, options.rateToQuantum()),
        directLimit,
        false,
        0,
        VERSION);
  }

  @Override
  protected long overlimits() {
    return tree.overlimits();
  }

  @Override
  protected Statistics.Own own() {
    return new Statistics.HtbQdisc(directPackets);
  }

  @Override
  public boolean hasClass(Handle id) {
    return find(id.value()) != null;
  }

  private HtbClass get(Handle id) {
    HtbClass there = find(id.value());
    if (there == null) {
      throw new DisciplineRefusal(Errno.ENOENT, null);
    }
    return there;
  }

  @Override
  public @Nullable QueueDiscipline leaf(Handle id) {
    return get(id).queue;
  }

  @Override
  public void graft(Handle id, @Nullable QueueDiscipline discipline) {
    HtbClass there = get(id);
    if (!there.isLeaf()) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    QueueDiscipline old = there.queue;
    QueueDiscipline made = discipline == null ? defaultQueue(id) : discipline;
    made.hangIn(this);
    there.queue = made;
    if (old != null) {
      purge(old);
    }
  }

  private Fifo defaultQueue(Handle id) {
    Fifo made = new Fifo(host, Handle.UNSPECIFIED, id, Fifo.Kind.PACKETS, null);
    made.hangIn(this);
    return made;
  }

  /** Drops what waits in a leaf's queue, which goes. */
  private static void purge(QueueDiscipline queue) {
    queue.purge();
    queue.hangIn(null);
  }

  @Override
  public List<String> putClass(Handle id, Handle parentId, @Nullable TrafficClass trafficClass) {
    if (!(trafficClass instanceof TrafficClass.HtbClass wish)
        || wish.rate().rate().bytesPerSecond() == 0
        || wish.ceil().rate().bytesPerSecond() == 0) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    HtbClass there = find(id.value());
    if (there == null) {
      there = make(id, parentId, wish);
    } else {
      // The mode is looked at again when the next packet or event comes.
      there.setRates(wish);
    }
    return there.isLeaf() ? setTurn(there, wish) : List.of();
  }

  private HtbClass make(Handle id, Handle parentId, TrafficClass.HtbClass wish) {
    HtbClass parent = parentId.equals(Handle.ROOT) ? null : find(parentId.value());
    if (id.major() != handle().major()) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    if (parent != null && parent.parent != null && parent.parent.level < 2) {
      throw new DisciplineRefusal(Errno.EINVAL, "sch_htb: tree is too deep");
    }
    if (parent != null && parent.isLeaf()) {
      becomeInner(parent);
    }
    HtbClass made = new HtbClass(id, parent, blocks.apply(id, binder), wish, host.now());
    made.queue = defaultQueue(id);
    if (parent != null) {
      parent.children++;
    }
    tree.put(made);
    // Filters of the qdisc itself do not count it: they look for it with each packet.
    forEachClassInside(
        other -> {
          if (!other.filters.isEmpty()) {
            other.filters.classAdded(id.value());
          }
        });
    return made;
  }

  private void becomeInner(HtbClass leaf) {
    QueueDiscipline queue = leaf.queue;
    if (queue != null) {
      purge(queue);
    }
    if (leaf.isActive()) {
      tree.deactivate(leaf);
    }
    if (leaf.mode != HtbClass.Mode.CAN_SEND) {
      tree.forgetEvent(leaf);
      leaf.mode = HtbClass.Mode.CAN_SEND;
    }
    leaf.queue = null;
    leaf.level = (leaf.parent == null ? HtbClass.LEVELS : leaf.parent.level) - 1;
    for (HtbRing feed : leaf.feeds) {
      if (feed != null) {
        feed.forget();
      }
    }
  }

  /** Quantum and priority, which only a leaf has. */
  private List<String> setTurn(HtbClass leaf, TrafficClass.HtbClass wish) {
    long quantum =
        Math.min(
            wish.rate().rate().bytesPerSecond() / Math.max(1, options.rateToQuantum()),
            Integer.MAX_VALUE);
    String warning = null;
    if (wish.quantum() != 0) {
      quantum = wish.quantum();
    } else if (quantum < LEAST_QUANTUM) {
      quantum = LEAST_QUANTUM;
      warning = "small";
    } else if (quantum > MOST_QUANTUM) {
      quantum = MOST_QUANTUM;
      warning = "big";
    }
    leaf.quantum = (int) quantum;
    leaf.priority =
        Integer.compareUnsigned(wish.priority(), HtbClass.PRIORITIES) < 0
            ? wish.priority()
            : HtbClass.PRIORITIES - 1;
    return warning == null
        ? List.of()
        : List.of(
            "sch_htb: quantum of class %X is %s. Consider r2q change."
                .formatted(leaf.id.value(), warning));
  }

  @Override
  public void deleteClass(Handle id) {
    HtbClass gone = get(id);
    if (gone.children > 0 || gone.boundFilters > 0) {
      throw new DisciplineRefusal(Errno.EBUSY, "HTB class in use");
    }
    QueueDiscipline queue = gone.queue;
    if (queue != null) {
      purge(queue);
    }
    gone.filters.clear();
    tree.remove(gone);
    if (gone.isActive()) {
      tree.deactivate(gone);
    }
    if (gone.mode != HtbClass.Mode.CAN_SEND) {
      tree.forgetEvent(gone);
    }
    HtbClass parent = gone.parent;
    if (parent != null) {
      parent.children--;
      if (parent.children == 0) {
        becomeLeaf(parent);
      }
    }
  }

  @Override
  public void forgetInFilters(Handle id) {
    forEachClassInside(inside -> inside.filters.classForgotten(id.value()));
  }

  /** {@code htb_parent_to_leaf}. */
  private void becomeLeaf(HtbClass inner) {
    if (inner.mode != HtbClass.Mode.CAN_SEND) {
      tree.forgetEvent(inner);
    }
    inner.level = 0;
    Arrays.fill(inner.deficit, 0);
    inner.queue = defaultQueue(inner.id);
    inner.tokens = inner.buffer;
    inner.ceilTokens = inner.ceilBuffer;
    inner.checkedAt = host.now();
    inner.mode = HtbClass.Mode.CAN_SEND;
  }

  @Override
  public void forEachClass(Consumer<ClassView> consumer) {
    forEachClassInside(inside -> consumer.accept(inside.view()));
  }

  @Override
  public FilterBlock filters(@Nullable Handle id) {
    return id == null ? filters : get(id).filters;
  }

  @Override
  public void forEachChild(Consumer<QueueDiscipline> consumer) {
    forEachClassInside(
        inside -> {
          QueueDiscipline queue = inside.queue;
          if (queue != null) {
            consumer.accept(queue);
          }
        });
  }

  @Override
  public void clearFilters() {
    filters.clear();
    forEachClassInside(inside -> inside.filters.clear());
  }
}
