package dev.sluice.policy.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An order of classes in which their matches decide as filters did. Filters are asked one after the
 * other, classes of a policy one after the other, each with all its matches; so where two filters
 * fit the same packet, the class of the earlier is to come first. Where that goes round in a circle
 * some order is taken.
 */
final class ClassOrder {
  private final Map<ClassNode, Set<ClassNode>> later = new HashMap<>();

  private ClassOrder() {}

  /**
   * Sorts the classes of a tree.
   *
   * @param chosen filters with the class of each, in the order that they are asked
   */
  static void sort(ClassTree tree, List<ClassMatches.Chosen> chosen) {
    ClassOrder order = new ClassOrder();
    for (int i = 0; i < chosen.size(); i++) {
      for (int j = i + 1; j < chosen.size(); j++) {
        ClassNode first = chosen.get(i).leaf();
        ClassNode second = chosen.get(j).leaf();
        if (first != null
            && second != null
            && first != second
            && !chosen.get(i).packets().isDisjoint(chosen.get(j).packets())) {
          order.add(first, second);
        }
      }
    }
    order.sort(tree.top);
    tree.all().forEach(node -> order.sort(node.children));
  }

  /** One leaf before another: what is above them up to where they part. */
  private void add(ClassNode first, ClassNode second) {
    List<ClassNode> one = first.path();
    List<ClassNode> other = second.path();
    int at = 0;
    while (one.get(at) == other.get(at)) {
      at++;
    }
    later.computeIfAbsent(one.get(at), _ -> new HashSet<>()).add(other.get(at));
  }

  /** As they are, but for those that have to wait for others. */
  private void sort(List<ClassNode> nodes) {
    List<ClassNode> left = new ArrayList<>(nodes);
    nodes.clear();
    while (!left.isEmpty()) {
      ClassNode next =
          left.stream().filter(node -> mayBeNext(node, left)).findFirst().orElse(left.getFirst());
      left.remove(next);
      nodes.add(next);
    }
  }

  private boolean mayBeNext(ClassNode node, List<ClassNode> left) {
    return left.stream()
        .noneMatch(other -> other != node && later.getOrDefault(other, Set.of()).contains(node));
  }
}
