package dev.sluice.engine.filter;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.engine.chain.VerdictTable;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The bpf filters of a priority, the newest first ({@code net/sched/cls_bpf.c}). */
final class BpfList extends FilterList {
  static final String KIND = "bpf";

  private final List<BpfNode> nodes = new ArrayList<>();

  /** The same as an array, for the packets' sake. */
  private BpfNode[] order = new BpfNode[0];

  BpfList(FilterBlock block, int priority, int protocol) {
    super(block, priority, protocol);
  }

  @Override
  String kind() {
    return KIND;
  }

  @Override
  int classify(SocketBuffer packet, Classification found) {
    int verdict = VerdictTable.UNSPEC;
    for (BpfNode node : order) {
      int classId = node.target.classId();
      packet.tcClassId = classId & 0xffff;
      int returned = run(node, packet);
      found.handle = node.handle;
      if (node.directAction) {
        found.classId = (classId & 0xffff0000) | (packet.tcClassId & 0xffff);
        verdict = VerdictTable.directAction(returned);
      } else if (returned != 0) {
        found.classId = returned == -1 ? classId : returned;
        verdict = node.actions.run(packet, block().atIngress());
      } else {
        continue;
      }
      if (verdict >= 0) {
        return verdict;
      }
    }
    return verdict;
  }

  private int run(BpfNode node, SocketBuffer packet) {
    EngineProgram program = node.program;
    if (program != null) {
      return program.run(block().scene().execution(), packet);
    }
    ClassicProgram classic = node.classic;
    return classic == null ? 0 : classic.run(packet);
  }

  private @Nullable BpfNode find(int handle) {
    for (BpfNode node : nodes) {
      if (node.handle == handle) {
        return node;
      }
    }
    return null;
  }

  @Override
  boolean has(int handle) {
    return find(handle) != null;
  }

  @Override
  void change(FilterRequest request) {
    Filter filter = request.change().filter();
    if (filter == null) {
      throw request.refused(Errno.EINVAL, null, "a bpf filter needs a program");
    }
    if (!(filter instanceof BpfFilter options)) {
      throw request.invalid("options of kind " + filter.kind() + " are not for a bpf filter");
    }
    BpfNode old = find(request.handle());
    BpfNode made = make(request, options, old);
    made.target.bind();
    if (old == null) {
      nodes.addFirst(made);
    } else {
      nodes.set(nodes.indexOf(old), made);
      destroy(old);
    }
    order = nodes.toArray(BpfNode[]::new);
  }

  private int number(FilterRequest request) {
    int handle = request.handle();
    if (handle == 0) {
      handle = 1;
      while (find(handle) != null) {
        handle++;
      }
    }
    return handle;
  }

  /** A filter with all that it needs; where something is refused, nothing is held. */
  private BpfNode make(FilterRequest request, BpfFilter options, @Nullable BpfNode old) {
    int handle = old == null ? number(request) : old.handle;
    int flags = options.flags() & (Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE);
    ActionList actions = ActionList.bind(options.actions(), 0, request, block().scene());
    boolean done = false;
    try {
      ClassifierFlags.check(request, flags, null);
      Handle classId = options.classId();
      ClassReference target =
          new ClassReference(block().binder(), classId == null ? 0 : classId.value());
      BpfNode node =
          switch (options.source()) {
            case BpfFilter.Attached attached ->
                attached(request, attached, options, old, handle, flags, target, actions);
            case BpfFilter.Classic classic -> {
              ClassicCheck.check(classic.instructions(), request);
              requireSoftware(request, flags, old);
              yield new BpfNode(
                  handle,
                  classic,
                  null,
                  new ClassicProgram(classic.instructions(), block().scene()),
                  options.directAction(),
                  flags,
                  target,
                  actions);
            }
            case BpfFilter.Installed installed ->
                throw request.invalid(
                    "program "
                        + installed.id()
                        + " is as a listing tells it; open it and attach what was opened");
          };
      done = true;
      return node;
    } finally {
      if (!done) {
        actions.unbind();
      }
    }
  }

  private BpfNode attached(
      FilterRequest request,
      BpfFilter.Attached attached,
      BpfFilter options,
      @Nullable BpfNode old,
      int handle,
      int flags,
      ClassReference target,
      ActionList actions) {
    EngineProgram program = block().scene().programOf(attached.program());
    ProgramInfo info = attached.program().info();
    if (info.type() != ProgramType.SCHED_CLS) {
      throw request.refused(Errno.EINVAL, null, "the program must be of type sched_cls");
    }
    requireSoftware(request, flags, old);
    program.acquire();
    return new BpfNode(
        handle,
        new BpfFilter.Installed(info.id(), info.tag(), attached.name()),
        program,
        null,
        options.directAction(),
        flags,
        target,
        actions);
  }

  private static void requireSoftware(FilterRequest request, int flags, @Nullable BpfNode old) {
    if (old != null && old.flags != flags) {
      throw request.refused(
          Errno.EINVAL, null, "a filter does not change whether it is for hardware");
    }
    if ((flags & Filter.SKIP_SOFTWARE) != 0) {
      throw request.refused(Errno.EOPNOTSUPP, null, "the device takes no filters into hardware");
    }
  }

  private static void destroy(BpfNode node) {
    node.target.unbind();
    node.actions.unbind();
    EngineProgram program = node.program;
    if (program != null) {
      program.release();
    }
  }

  @Override
  boolean delete(FilterRequest request) {
    BpfNode node = find(request.handle());
    if (node != null) {
      nodes.remove(node);
      order = nodes.toArray(BpfNode[]::new);
      destroy(node);
    }
    return nodes.isEmpty();
  }

  @Override
  void clear() {
    nodes.forEach(BpfList::destroy);
    nodes.clear();
    order = new BpfNode[0];
  }

  @Override
  void list(Consumer<FilterEntry> consumer) {
    for (BpfNode node : nodes) {
      consumer.accept(entry(node));
    }
  }

  @Override
  @Nullable FilterEntry entry(int handle) {
    BpfNode node = find(handle);
    return node == null ? null : entry(node);
  }

  private FilterEntry entry(BpfNode node) {
    int classId = node.target.classId();
    BpfFilter filter =
        new BpfFilter(
            node.source,
            node.directAction,
            classId == 0 ? null : new Handle(classId),
            node.flags | Filter.NOT_IN_HARDWARE,
            node.actions.describe());
    return entry(node.handle, filter, node.actions.states());
  }

  /** Counts filters that name a class which came later. */
  void bindClass(int classId) {
    for (BpfNode node : nodes) {
      if (node.target.classId() == classId) {
        node.target.bind();
      }
    }
  }

  /** Counts filters no more that name a class. */
  void unbindClass(int classId) {
    for (BpfNode node : nodes) {
      if (node.target.classId() == classId) {
        node.target.unbind();
      }
    }
  }
}
