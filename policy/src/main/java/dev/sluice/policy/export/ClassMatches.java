package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.policy.export.FilterStep.Effect;
import dev.sluice.policy.spec.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The matches of classes, from the filters at an HTB that name them. */
final class ClassMatches {
  /**
   * A filter with its class.
   *
   * @param step the filter
   * @param leaf the class
   */
  record Chosen(FilterStep step, ClassNode leaf) {
    PacketSet packets() {
      return step.packets();
    }
  }

  private final Device device;
  private final Handle qdisc;
  private final ClassTree tree;
  private final @Nullable ClassNode otherwise;
  private final Notes notes;
  private final Map<ClassNode, List<Match>> matches = new HashMap<>();

  private ClassMatches(
      Device device, Handle qdisc, ClassTree tree, @Nullable ClassNode otherwise, Notes notes) {
    this.device = device;
    this.qdisc = qdisc;
    this.tree = tree;
    this.otherwise = otherwise;
    this.notes = notes;
  }

  /**
   * Reads filters, and sorts the classes so that the first that has a match is the right one.
   *
   * @param steps the filters in their order
   * @param otherwise the default class; null for none
   */
  static Map<ClassNode, List<Match>> read(
      Device device,
      Handle qdisc,
      ClassTree tree,
      @Nullable ClassNode otherwise,
      List<FilterStep> steps,
      Notes notes) {
    ClassMatches read = new ClassMatches(device, qdisc, tree, otherwise, notes);
    List<Chosen> chosen = new ArrayList<>();
    for (FilterStep step : steps) {
      ClassNode leaf = read.leaf(step);
      if (leaf != null) {
        chosen.add(new Chosen(step, leaf));
      }
    }
    ClassOrder.sort(tree, chosen);
    read.add(chosen);
    return read.matches;
  }

  /** The class that a filter sends packets to, if that can be said. */
  private @Nullable ClassNode leaf(FilterStep step) {
    if (step.effect() == Effect.DROP) {
      return null; // a block
    }
    if (!step.isSayable()) {
      step.unsayable().forEach(why -> notes.leftOut(device, step.where(), why));
      return null;
    }
    Handle id = step.classId();
    if (id != null && id.equals(qdisc)) {
      notes.leftOut(
          device, step.where(), "it lets packets pass beside all classes, which a policy cannot");
      return null;
    }
    ClassNode named = id == null ? null : tree.find(id);
    if (named != null && named.isLeaf()) {
      return named;
    }
    String what =
        named != null
            ? "class " + id + " has classes, so packets do not wait in it"
            : id == null ? "it names no class" : "there is no class " + id;
    if (otherwise == null) {
      notes.leftOut(device, step.where(), what + ", and there is no default class");
    } else {
      notes.changed(device, step.where(), what + ": its packets are those of the default class");
    }
    return otherwise;
  }

  private void add(List<Chosen> chosen) {
    Map<ClassNode, Integer> places = new HashMap<>();
    tree.leaves().forEach(leaf -> places.put(leaf, places.size()));
    for (int j = 0; j < chosen.size(); j++) {
      Chosen one = chosen.get(j);
      int place = places.getOrDefault(one.leaf(), 0);
      List<FilterStep> before = new ArrayList<>();
      for (Chosen earlier : chosen.subList(0, j)) {
        if (places.getOrDefault(earlier.leaf(), 0) > place) {
          before.add(earlier.step());
        }
      }
      List<PacketSet> left = new Remainder(device, notes).of(one.step(), before);
      if (left == null) {
        continue;
      }
      one.step().remarks().forEach(text -> notes.changed(device, one.step().where(), text));
      if (one.packets().equals(PacketSet.all(null)) && one.leaf() != otherwise) {
        notes.changed(
            device, one.step().where(), "what is not IP goes to the default class all the same");
      }
      List<Match> own = matches.computeIfAbsent(one.leaf(), _ -> new ArrayList<>());
      left.forEach(set -> own.addAll(set.matches()));
    }
    matches.replaceAll((_, list) -> MatchMerging.merged(list));
  }
}
