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
   * @param leaf the class; null for none, as of what no filter fits
   */
  record Chosen(FilterStep step, @Nullable ClassNode leaf) {
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
      Chosen one = read.chosen(step);
      if (one != null) {
        chosen.add(one);
      }
    }
    ClassOrder.sort(tree, chosen);
    read.add(chosen);
    return read.matches;
  }

  /** The class that a filter sends packets to; null if it is a block, or cannot be said. */
  private @Nullable Chosen chosen(FilterStep step) {
    if (step.effect() == Effect.DROP) {
      return null;
    }
    if (!step.isSayable()) {
      step.unsayable().forEach(why -> notes.leftOut(device, step.where(), why));
      return null;
    }
    Handle id = step.classId();
    boolean beside = id != null && id.equals(qdisc);
    ClassNode named = id == null || beside ? null : tree.find(id);
    if (named != null && named.isLeaf()) {
      return new Chosen(step, named);
    }
    String what =
        beside
            ? "it lets packets pass beside all classes"
            : named != null
                ? "class " + id + " has classes, so packets do not wait in it"
                : id == null ? "it names no class" : "there is no class " + id;
    if (beside && otherwise != null) {
      notes.leftOut(device, step.where(), what + ", which a policy cannot");
      return null;
    }
    notes.changed(
        device,
        step.where(),
        what
            + (otherwise != null
                ? ": its packets are those of the default class"
                : "; in a policy they share what is left over"));
    return new Chosen(step, otherwise);
  }

  private void add(List<Chosen> chosen) {
    Map<ClassNode, Integer> places = new HashMap<>();
    tree.leaves().forEach(leaf -> places.put(leaf, places.size()));
    for (int j = 0; j < chosen.size(); j++) {
      Chosen one = chosen.get(j);
      ClassNode leaf = one.leaf();
      if (leaf == null) {
        continue;
      }
      int place = places.getOrDefault(leaf, 0);
      List<FilterStep> before = new ArrayList<>();
      for (Chosen earlier : chosen.subList(0, j)) {
        if (earlier.leaf() == null || places.getOrDefault(earlier.leaf(), 0) > place) {
          before.add(earlier.step());
        }
      }
      List<PacketSet> left = new Remainder(device, notes).of(one.step(), before);
      if (left == null) {
        continue;
      }
      one.step().remarks().forEach(text -> notes.changed(device, one.step().where(), text));
      if (one.packets().equals(PacketSet.all(null)) && leaf != otherwise) {
        notes.changed(
            device, one.step().where(), "what is not IP goes to the default class all the same");
      }
      List<Match> own = matches.computeIfAbsent(leaf, _ -> new ArrayList<>());
      left.forEach(set -> own.addAll(set.matches()));
    }
    matches.replaceAll((_, list) -> MatchMerging.merged(list));
  }
}
