package dev.sluice.engine.filter;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import dev.sluice.engine.chain.VerdictTable;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.sched.Classifier;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The filters at one place: a qdisc, a class, or a hook of clsact ({@code net/sched/cls_api.c}).
 * Lists of filters of one kind each, in the order of their priorities.
 *
 * <p>Whoever owns the place asks {@link #classify}, hands on the changes meant for it to {@link
 * #apply}, and calls {@link #clear} when it goes. Guarded by the machine's monitor.
 */
public final class FilterBlock implements Classifier {
  /** How often a packet may be classified from the start ({@code max_reclassify_loop}). */
  private static final int MOST_TURNS = 16;

  /** Where priorities that nobody chose are counted down from, before the first one. */
  private static final int FIRST_OWN_PRIORITY = 0xc000;

  /** Priorities from here on are in the way of one that nobody chose. */
  private static final int OWN_PRIORITIES = 0x8000;

  private static final String NO_PRIORITY = "Filter with specified priority/protocol not found";

  private static final String OTHER_PROTOCOL =
      "Protocol mismatch for filter with specified priority";

  private final FilterScene scene;
  private final Device device;
  private final Handle parent;
  private final ClassBinder binder;
  private final boolean atIngress;
  private final List<FilterList> lists = new ArrayList<>();

  /** The same as an array, for the packets' sake. */
  private FilterList[] order = new FilterList[0];

  private @Nullable U32Tables u32Tables;

  /**
   * A place without filters.
   *
   * @param scene what the filters of the host share
   * @param device the device
   * @param parent what the place is called: a qdisc, a class, {@link Handle#CLSACT_INGRESS} or
   *     {@link Handle#CLSACT_EGRESS}
   * @param binder counts the filters that name a class
   */
  public FilterBlock(FilterScene scene, Device device, Handle parent, ClassBinder binder) {
    this.scene = scene;
    this.device = device;
    this.parent = parent;
    this.binder = binder;
    atIngress = parent.equals(Handle.CLSACT_INGRESS);
  }

  FilterScene scene() {
    return scene;
  }

  /** The device. */
  public Device device() {
    return device;
  }

  /** What the place is called. */
  public Handle parent() {
    return parent;
  }

  ClassBinder binder() {
    return binder;
  }

  /** Whether packets that come here are arriving. */
  boolean atIngress() {
    return atIngress;
  }

  /** The u32 tables of the place: each priority's root, and those that nodes link to. */
  U32Tables u32Tables() {
    U32Tables tables = u32Tables;
    if (tables == null || tables.lists() == 0) {
      tables = new U32Tables();
      u32Tables = tables;
    }
    return tables;
  }

  /** Whether there are no filters. */
  public boolean isEmpty() {
    return order.length == 0;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A packet that an action or program kept ({@code STOLEN}, {@code QUEUED}, {@code TRAP}) has
   * been handed to the {@link Redirector} by then. Numbers beside those named above, such as 3
   * ({@code PIPE}) behind the last action, are a match like 0.
   */
  @Override
  public int classify(SocketBuffer packet, Classification found) {
    int verdict = ask(packet, found);
    switch (verdict) {
      case VerdictTable.STOLEN, VerdictTable.QUEUED, VerdictTable.TRAP ->
          scene.redirector().consume(packet);
      case EngineAction.CONSUMED -> verdict = VerdictTable.STOLEN;
      default -> {}
    }
    return verdict;
  }

  private int ask(SocketBuffer packet, Classification found) {
    for (int turn = 0; turn <= MOST_TURNS; turn++) {
      int verdict = askOnce(packet, found);
      if (verdict != VerdictTable.RECLASSIFY) {
        return verdict;
      }
    }
    return VerdictTable.SHOT;
  }

  private int askOnce(SocketBuffer packet, Classification found) {
    for (FilterList list : order) {
      int protocol = packet.vlanPresent ? packet.vlanProtocol : packet.protocol;
      if (list.isFor(protocol)) {
        int verdict = list.classify(packet, found);
        if (verdict >= 0) {
          found.priority = list.priority();
          found.kind = list.kind();
          return verdict;
        }
      }
    }
    return NO_MATCH;
  }

  /**
   * Does a change that is meant for this place.
   *
   * @param change the change; its device and parent are not looked at
   * @param operation the change in words, for refusals
   * @return what the kernel says beside its yes
   * @throws SluiceException if it was refused; nothing is changed then
   */
  public List<String> apply(Change.OfFilter change, String operation) {
    FilterRequest request = new FilterRequest(change, operation, this);
    if (change.estimator() != null) {
      throw request.unsupported("a rate estimator of a filter", "the engine estimates no rates");
    }
    switch (change.verb()) {
      case ADD, REPLACE, CHANGE -> put(request);
      case DELETE -> delete(request);
      case LINK -> throw request.invalid("only a qdisc can be linked");
    }
    return List.of();
  }

  /** {@code tc_new_tfilter}. */
  private void put(FilterRequest request) {
    Change.OfFilter change = request.change();
    boolean mayCreate = change.verb() != Change.Verb.CHANGE;
    boolean choosesPriority = change.priority() == 0;
    if (choosesPriority && !mayCreate) {
      throw request.refused(Errno.ENOENT, "Invalid filter command with priority of zero");
    }
    requireFirstChain(request);
    int wanted = choosesPriority ? OWN_PRIORITIES : change.priority();
    int at = indexOf(wanted);
    FilterList there = at < lists.size() ? lists.get(at) : null;
    FilterList list = there != null && there.priority() == wanted ? there : null;
    if (list != null && choosesPriority) {
      throw request.refused(
          Errno.ENOSPC,
          "Lowest ID from auto-alloc range already in use",
          "the priorities that the kernel chooses itself end at " + OWN_PRIORITIES);
    }
    if (list != null) {
      requireProtocol(request, list);
    }
    boolean created = list == null;
    if (list == null) {
      list = create(request, mayCreate, there, wanted);
      lists.add(at, list);
    }
    boolean done = false;
    try {
      requireKind(request, list);
      boolean exists = list.has(change.handle());
      if (!exists && !mayCreate) {
        throw mayNotCreate(request);
      }
      if (exists && change.verb() == Change.Verb.ADD) {
        throw request.refused(Errno.EEXIST, "Filter already exists");
      }
      list.change(request);
      done = true;
    } finally {
      if (created && !done) {
        lists.remove(list);
        list.clear();
      }
    }
    order = lists.toArray(FilterList[]::new);
  }

  private void requireFirstChain(FilterRequest request) {
    Integer chain = request.change().chain();
    if (chain != null && chain != 0) {
      throw request.unsupported("filter chain " + chain, "the engine has filter chain 0 only");
    }
  }

  /** Where the first list with this priority or a larger one is. */
  private int indexOf(int priority) {
    int at = 0;
    while (at < lists.size() && lists.get(at).priority() < priority) {
      at++;
    }
    return at;
  }

  private static void requireProtocol(FilterRequest request, FilterList list) {
    int protocol = request.change().protocol();
    if (protocol != 0 && protocol != list.protocol()) {
      throw request.refused(Errno.EINVAL, OTHER_PROTOCOL);
    }
  }

  private static KernelRejected mayNotCreate(FilterRequest request) {
    return request.refused(
        Errno.ENOENT, "Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new filter");
  }

  private FilterList create(
      FilterRequest request, boolean mayCreate, @Nullable FilterList behind, int wanted) {
    Change.OfFilter change = request.change();
    String kind = change.kind();
    if (kind == null || change.protocol() == 0) {
      throw request.refused(Errno.EINVAL, "Filter kind and protocol must be specified");
    }
    if (!mayCreate) {
      throw mayNotCreate(request);
    }
    int priority = wanted;
    if (change.priority() == 0) {
      priority = behind == null ? FIRST_OWN_PRIORITY : behind.priority() - 1;
    }
    return switch (kind) {
      case U32List.KIND -> new U32List(this, priority, change.protocol());
      case BpfList.KIND -> new BpfList(this, priority, change.protocol());
      default ->
          throw request.unsupported("filter " + kind, "the engine has the filters u32 and bpf");
    };
  }

  private static void requireKind(FilterRequest request, FilterList list) {
    String kind = request.change().kind();
    if (kind != null && !kind.equals(list.kind())) {
      throw request.refused(Errno.EINVAL, "Specified filter kind does not match existing one");
    }
  }

  /** {@code tc_del_tfilter}. */
  private void delete(FilterRequest request) {
    Change.OfFilter change = request.change();
    if (change.priority() == 0
        && (change.protocol() != 0 || change.handle() != 0 || change.kind() != null)) {
      throw request.refused(Errno.ENOENT, "Cannot flush filters with protocol, handle or kind set");
    }
    boolean hasChain = hasChain(change.chain());
    if (change.priority() == 0) {
      if (hasChain) {
        clear();
      }
      return;
    }
    if (!hasChain) {
      throw request.refused(Errno.ENOENT, "Cannot find specified filter chain");
    }
    FilterList list = find(change.priority());
    if (list == null) {
      throw request.refused(Errno.ENOENT, NO_PRIORITY);
    }
    requireProtocol(request, list);
    requireKind(request, list);
    if (change.handle() == 0) {
      remove(list);
      return;
    }
    if (!list.has(change.handle())) {
      throw request.refused(Errno.ENOENT, "Specified filter handle not found");
    }
    if (list.delete(request)) {
      remove(list);
    }
  }

  private boolean hasChain(@Nullable Integer chain) {
    return (chain == null || chain == 0) && !lists.isEmpty();
  }

  /** Bytes of the packets that a filter matched, where they are counted: by u32. */
  public long matchedBytes(int priority, int handle) {
    FilterList list = find(priority);
    return list == null ? 0 : list.matchedBytes(handle);
  }

  private @Nullable FilterList find(int priority) {
    int at = indexOf(priority);
    return at < lists.size() && lists.get(at).priority() == priority ? lists.get(at) : null;
  }

  private void remove(FilterList list) {
    lists.remove(list);
    order = lists.toArray(FilterList[]::new);
    list.clear();
  }

  /** Removes all filters. */
  public void clear() {
    List<FilterList> all = List.copyOf(lists);
    lists.clear();
    order = new FilterList[0];
    all.forEach(FilterList::clear);
  }

  /**
   * Tells of a class that came, so that filters which name it already are counted there ({@code
   * tc_bind_tclass}). The kernel tells the filters of classes so, and not those of the qdisc.
   */
  public void classAdded(int classId) {
    for (FilterList list : lists) {
      switch (list) {
        case U32List u32 -> u32.bindClass(classId);
        case BpfList bpf -> bpf.bindClass(classId);
      }
    }
  }

  /**
   * Tells of a class that somebody asked to remove, whether it went or not: filters which name it
   * are not counted there any more. The kernel tells the filters of classes so, and not those of
   * the qdisc.
   */
  public void classForgotten(int classId) {
    for (FilterList list : lists) {
      switch (list) {
        case U32List u32 -> u32.unbindClass(classId);
        case BpfList bpf -> bpf.unbindClass(classId);
      }
    }
  }

  /** Hands over the filters that a listing asks for, heads included, in the kernel's order. */
  public void list(FilterQuery query, Consumer<FilterEntry> consumer) {
    Integer chain = query.chain();
    if (chain != null && chain != 0) {
      return;
    }
    for (FilterList list : List.copyOf(lists)) {
      boolean wanted =
          (query.priority() == 0 || query.priority() == list.priority())
              && (query.protocol() == 0 || query.protocol() == list.protocol());
      if (wanted) {
        consumer.accept(list.entry(0, null, List.of()));
        list.list(consumer);
      }
    }
  }

  /** All filters, heads included. */
  List<FilterEntry> entries() {
    List<FilterEntry> entries = new ArrayList<>();
    list(FilterQuery.all(device, parent), entries::add);
    return entries;
  }

  /**
   * One filter ({@code tc_get_tfilter}).
   *
   * @param query its priority, protocol and chain
   * @param handle its number
   * @param kind its kind
   * @param operation what is asked for in words
   * @throws NotFound if there is none
   * @throws KernelRejected if there is no filter at all, or the priority is another kind's or
   *     protocol's
   */
  public FilterEntry get(FilterQuery query, int handle, String kind, String operation) {
    String name =
        "%x of priority %d at %s on %s".formatted(handle, query.priority(), parent, device);
    if (query.priority() == 0) {
      throw new NotFound("filter", name, "Invalid filter command with priority of zero");
    }
    if (!hasChain(query.chain())) {
      throw new KernelRejected(
          operation, Errno.EINVAL.number(), "Cannot find specified filter chain", null);
    }
    FilterList list = find(query.priority());
    if (list == null) {
      throw new NotFound("filter", name, NO_PRIORITY);
    }
    if (query.protocol() != 0 && query.protocol() != list.protocol()) {
      throw new KernelRejected(operation, Errno.EINVAL.number(), OTHER_PROTOCOL, null);
    }
    if (!kind.equals(list.kind())) {
      throw new KernelRejected(
          operation,
          Errno.EINVAL.number(),
          "Specified filter kind does not match existing one",
          null);
    }
    FilterEntry entry = list.entry(handle);
    if (entry == null) {
      throw new NotFound("filter", name, "Specified filter handle not found");
    }
    return entry;
  }

  @Override
  public String toString() {
    return "the filters at " + parent + " on " + device;
  }
}
