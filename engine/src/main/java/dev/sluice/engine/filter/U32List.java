package dev.sluice.engine.filter;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The u32 filters of a priority ({@code net/sched/cls_u32.c}): {@link U32Search} asks them, this
 * makes, changes and removes them.
 *
 * <p>Differences to this kernel's build: a packet mark is matched, and counters are kept, as
 * kernels with {@code CONFIG_CLS_U32_MARK} and {@code CONFIG_CLS_U32_PERF} do; a bucket that has
 * all its 4,095 nodes takes no more, where older kernels give the last number twice. As there, a
 * filter for hardware only is taken and matches nothing.
 */
final class U32List extends FilterList {
  static final String KIND = "u32";

  /** In place of a table's number, the root table of the priority that is asked. */
  private static final int ANY_ROOT = 0xfff00000;

  private final U32Tables tables;
  private final U32Table root;
  private final U32Search search;

  U32List(FilterBlock block, int priority, int protocol) {
    super(block, priority, protocol);
    tables = block.u32Tables();
    root = tables.addRoot(priority);
    search = new U32Search(block.atIngress());
  }

  @Override
  String kind() {
    return KIND;
  }

  @Override
  int classify(SocketBuffer packet, Classification found) {
    return search.classify(root, packet, found);
  }

  private @Nullable U32Table tableOf(int handle) {
    int table = U32Table.tableOf(handle);
    return table == ANY_ROOT ? root : tables.find(table);
  }

  private @Nullable U32Node nodeOf(int handle) {
    U32Table table = tableOf(handle);
    return table == null || !U32Table.namesNode(handle) ? null : table.find(handle);
  }

  @Override
  boolean has(int handle) {
    return U32Table.namesNode(handle) ? nodeOf(handle) != null : tableOf(handle) != null;
  }

  @Override
  void change(FilterRequest request) {
    Filter filter = request.change().filter();
    int handle = request.handle();
    if (filter == null) {
      if (handle != 0) {
        throw invalid(request, "Filter handle requires options");
      }
      return; // only the priority was wanted, with its root table
    }
    if (!(filter instanceof U32 options)) {
      throw request.invalid("options of kind " + filter.kind() + " are not for a u32 filter");
    }
    requireModelled(request, options);
    int flags = ClassifierFlags.check(request, options.flags(), "cls_u32: Invalid filter flags");
    U32Node node = nodeOf(handle);
    if (node != null) {
      update(request, node, options, flags);
    } else if (has(handle)) {
      throw invalid(request, "Key node id cannot be zero");
    } else if (options.divisor() != 0) {
      addTable(request, options);
    } else {
      addNode(request, options, flags);
    }
  }

  private static RuntimeException invalid(FilterRequest request, String text) {
    return request.refused(Errno.EINVAL, "cls_u32: " + text);
  }

  private static void requireModelled(FilterRequest request, U32 options) {
    if (options.police() != null) {
      throw request.unsupported("action police", "the engine has the actions mirred and gact");
    }
  }

  private void addTable(FilterRequest request, U32 options) {
    int handle = request.handle();
    if (U32Table.namesNode(handle)) {
      throw invalid(request, "Divisor can only be used on a hash table");
    }
    if (handle == 0) {
      handle = tables.generate();
      if (handle == 0) {
        throw request.refused(Errno.ENOMEM, null, "every number for a table is taken");
      }
    } else if (tables.find(handle) != null) {
      throw request.refused(Errno.ENOSPC, null, "there is a table with this number");
    }
    tables.add(new U32Table(handle, priority(), options.divisor(), false));
  }

  private void addNode(FilterRequest request, U32 options, int flags) {
    U32Table table = root;
    int place = root.handle;
    int asked = options.hashTable();
    if (asked != 0 && U32Table.tableOf(asked) != ANY_ROOT) {
      U32Table found = tables.find(U32Table.tableOf(asked));
      if (found == null) {
        throw invalid(request, "Specified hash table not found");
      }
      table = found;
      place = asked;
    }
    int bucket = U32Table.bucketOf(place);
    if (bucket >= table.buckets.length) {
      throw invalid(request, "Specified hash table buckets exceed configured value");
    }
    int handle = (place & 0xfffff000) | number(request, table, place);
    U32.Selector selector = options.selector();
    if (selector == null) {
      throw invalid(request, "Selector not specified");
    }
    ActionList actions = ActionList.bind(options.actions(), flags, request, block().scene());
    boolean done = false;
    try {
      Links links = new Links(request, options);
      U32Node node =
          new U32Node(
              handle, table, selector, options.mark(), reference(options.classId()), actions);
      node.flags = flags;
      node.inDevice = Math.max(0, links.inDevice);
      node.down = links.down;
      if (links.down != null) {
        links.down.links++;
      }
      node.target.bind();
      table.insert(node);
      tables.nodes++;
      done = true;
    } finally {
      if (!done) {
        actions.unbind();
      }
    }
  }

  /** The number of a new node: the one that was asked for, or one that is free. */
  private static int number(FilterRequest request, U32Table table, int place) {
    int handle = request.handle();
    int bucket = U32Table.bucketOf(place);
    if (U32Table.tableOf(handle) != 0 && U32Table.tableOf(handle ^ place) != 0) {
      throw invalid(request, "Handle specified hash table address mismatch");
    }
    int node = U32Table.nodeOf(handle);
    if (node == 0) {
      node = table.freeNode(bucket);
      if (node == 0) {
        throw request.refused(
            Errno.ENOSPC, null, "the bucket has " + U32Table.LAST_NODE + " filters already");
      }
    } else if (table.isTaken(bucket, node)) {
      throw request.refused(Errno.ENOSPC, null, "there is a filter with this number");
    }
    return node;
  }

  private ClassReference reference(@Nullable Handle classId) {
    return new ClassReference(block().binder(), classId == null ? 0 : classId.value());
  }

  /** What options point to: a table and a device, which must be there. */
  private final class Links {
    /** −1 where not said. */
    final int inDevice;

    final boolean changesDown;
    final @Nullable U32Table down;

    Links(FilterRequest request, U32 options) {
      String name = options.inDevice();
      inDevice = name == null ? -1 : block().scene().devices().indexOf(name);
      if (inDevice == 0) {
        throw request.refused(
            Errno.EINVAL, "Network device not found", "there is no device " + name);
      }
      int link = options.link();
      changesDown = link != 0;
      if (U32Table.namesNode(link)) {
        throw invalid(request, "u32 Link handle must be a hash table");
      }
      down = link == 0 ? null : tables.find(link);
      if (link != 0 && down == null) {
        throw invalid(request, "Link hash table not found");
      }
      if (down != null && down.isRoot) {
        throw invalid(request, "Not linking to root node");
      }
    }
  }

  /** Changes all but what it matches and where it is ({@code u32_init_knode}). */
  private void update(FilterRequest request, U32Node node, U32 options, int flags) {
    if (((node.flags ^ flags) & ~ClassifierFlags.REPORTS) != 0) {
      throw invalid(request, "Key node flags do not match passed flags");
    }
    ActionList actions = ActionList.bind(options.actions(), flags, request, block().scene());
    Links links;
    boolean done = false;
    try {
      links = new Links(request, options);
      done = true;
    } finally {
      if (!done) {
        actions.unbind();
      }
    }
    if (links.changesDown) {
      unlink(node);
      node.down = links.down;
      if (links.down != null) {
        links.down.links++;
      }
    }
    if (links.inDevice > 0) {
      node.inDevice = links.inDevice;
    }
    ClassReference target = reference(options.classId());
    target.bind();
    node.target.unbind();
    node.target = target;
    node.actions.unbind();
    node.actions = actions;
  }

  private static void unlink(U32Node node) {
    U32Table down = node.down;
    if (down != null) {
      down.links--;
      node.down = null;
    }
  }

  @Override
  boolean delete(FilterRequest request) {
    int handle = request.handle();
    U32Node node = nodeOf(handle);
    if (node != null) {
      node.table.remove(node);
      destroy(node);
    } else {
      U32Table table = tableOf(handle);
      if (table == null || table.isRoot) {
        throw invalid(request, "Not allowed to delete root node");
      }
      if (table.links > 0) {
        throw request.refused(
            Errno.EBUSY,
            "cls_u32: Can not delete in-use filter",
            table.links == 1
                ? "a filter links to the table"
                : table.links + " filters link to the table");
      }
      remove(table);
    }
    return tables.lists() == 1 && tables.nodes == 0;
  }

  private void destroy(U32Node node) {
    tables.nodes--;
    node.target.unbind();
    node.actions.unbind();
    unlink(node);
  }

  private void remove(U32Table table) {
    empty(table);
    tables.remove(table);
  }

  private void empty(U32Table table) {
    for (int i = 0; i < table.buckets.length; i++) {
      for (U32Node node = table.buckets[i]; node != null; node = node.next) {
        destroy(node);
      }
      table.buckets[i] = null;
    }
  }

  @Override
  void clear() {
    remove(root);
    tables.removeList();
    if (tables.lists() == 0) {
      for (U32Table table : tables.list()) {
        remove(table);
      }
    }
  }

  @Override
  void list(Consumer<FilterEntry> consumer) {
    for (U32Table table : tables.list()) {
      if (table.priority != priority()) {
        continue;
      }
      consumer.accept(entry(table.handle, table.describe(), List.of()));
      for (U32Node bucket : table.buckets) {
        for (U32Node node = bucket; node != null; node = node.next) {
          consumer.accept(entry(node));
        }
      }
    }
  }

  @Override
  @Nullable FilterEntry entry(int handle) {
    U32Node node = nodeOf(handle);
    if (node != null) {
      return entry(node);
    }
    U32Table table = U32Table.namesNode(handle) ? null : tableOf(handle);
    return table == null ? null : entry(table.handle, table.describe(), List.of());
  }

  @Override
  long matchedBytes(int handle) {
    U32Node node = nodeOf(handle);
    return node == null ? 0 : node.bytes;
  }

  private FilterEntry entry(U32Node node) {
    U32Table down = node.down;
    List<Long> keyMatches = new ArrayList<>();
    for (int i = 2; i < node.hits.length; i++) {
      keyMatches.add(node.hits[i]);
    }
    boolean marks = node.markValue != 0 || node.markMask != 0;
    U32 filter =
        new U32(
            node.target.classId() == 0 ? null : new Handle(node.target.classId()),
            node.handle & 0xfffff000,
            down == null ? 0 : down.handle,
            0,
            node.selector,
            marks ? new U32.Mark(node.markValue, node.markMask, node.marked[0]) : null,
            node.inDevice == 0 ? null : block().scene().devices().nameOf(node.inDevice),
            node.flags | Filter.NOT_IN_HARDWARE,
            node.actions.describe(),
            null,
            new U32.Hits(node.hits[0], node.hits[1], keyMatches));
    return entry(node.handle, filter, node.actions.states());
  }

  /** Counts nodes that name a class which came later. */
  void bindClass(int classId) {
    forEachNaming(classId, ClassReference::bind);
  }

  /** Counts nodes no more that name a class. */
  void unbindClass(int classId) {
    forEachNaming(classId, ClassReference::unbind);
  }

  private void forEachNaming(int classId, Consumer<ClassReference> consumer) {
    for (U32Table table : tables.list()) {
      for (U32Node bucket : table.buckets) {
        for (U32Node node = bucket; node != null; node = node.next) {
          if (table.priority == priority() && node.target.classId() == classId) {
            consumer.accept(node.target);
          }
        }
      }
    }
  }
}
