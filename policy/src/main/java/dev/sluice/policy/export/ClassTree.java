package dev.sluice.policy.export;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The classes of an HTB, in the order of their numbers unless they are sorted otherwise. */
final class ClassTree {
  private static final Comparator<ClassNode> BY_NUMBER =
      Comparator.comparingInt(node -> node.id.minor());

  private final Map<Handle, ClassNode> nodes = new TreeMap<>();

  /** Those right below the qdisc. */
  final List<ClassNode> top = new ArrayList<>();

  ClassTree(Handle qdisc, List<ClassEntry> entries) {
    Map<Handle, ClassEntry> told = new TreeMap<>();
    for (ClassEntry entry : entries) {
      if (entry.id().qdisc().equals(qdisc) && entry.trafficClass() instanceof HtbClass options) {
        told.put(entry.id(), entry);
        nodes.put(entry.id(), new ClassNode(entry.id(), options));
      }
    }
    for (ClassNode node : nodes.values()) {
      ClassEntry entry = told.get(node.id);
      ClassNode parent = entry == null ? null : nodes.get(entry.parent());
      node.parent = parent;
      (parent == null ? top : parent.children).add(node);
    }
    top.sort(BY_NUMBER);
    nodes.values().forEach(node -> node.children.sort(BY_NUMBER));
  }

  boolean isEmpty() {
    return top.isEmpty();
  }

  /** The class with a name; null if there is none. */
  @Nullable ClassNode find(Handle id) {
    return nodes.get(id);
  }

  /** All classes, by their names. */
  Iterable<ClassNode> all() {
    return nodes.values();
  }

  /** Those that packets wait in, in the order that a policy asks them. */
  List<ClassNode> leaves() {
    List<ClassNode> leaves = new ArrayList<>();
    top.forEach(node -> node.addLeaves(leaves));
    return leaves;
  }
}
