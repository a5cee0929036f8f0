package dev.sluice.policy.export;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A class of an HTB, with those below it in the order that a policy is to name them. */
final class ClassNode {
  final Handle id;
  final HtbClass options;
  final List<ClassNode> children = new ArrayList<>();
  @Nullable ClassNode parent;

  ClassNode(Handle id, HtbClass options) {
    this.id = id;
    this.options = options;
  }

  boolean isLeaf() {
    return children.isEmpty();
  }

  /** Its name in the policy: {@code class-1-10}. */
  String name() {
    return "class-" + Integer.toHexString(id.major()) + "-" + Integer.toHexString(id.minor());
  }

  /** This class and those above it, the highest first. */
  List<ClassNode> path() {
    List<ClassNode> path = new ArrayList<>();
    for (ClassNode node = this; node != null; node = node.parent) {
      path.addFirst(node);
    }
    return path;
  }

  /** Levels of classes below it and its own. */
  int height() {
    return 1 + children.stream().mapToInt(ClassNode::height).max().orElse(0);
  }

  void addLeaves(List<ClassNode> leaves) {
    if (isLeaf()) {
      leaves.add(this);
    }
    children.forEach(child -> child.addLeaves(leaves));
  }
}
