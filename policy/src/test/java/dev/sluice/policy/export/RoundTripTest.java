package dev.sluice.policy.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.queue.QueueClass;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.queue.QueueTrees;
import dev.sluice.policy.queue.ReadBack;
import dev.sluice.policy.spec.Sharing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What was exported and put in place does with packets what the set-up did. Where filters are noted
 * as left out, it does that or what the set-up does without these.
 */
class RoundTripTest {
  private static final int BATCHES = 4;
  private static final int CASES = 30;
  private static final int PACKETS = 30;

  /** What the cases came to. */
  private final Map<String, Integer> fates = new HashMap<>();

  private int whole;
  private int filtersLeftOut;

  /**
   * A set-up and what became of it.
   *
   * @param index of its device
   * @param random what made it, and makes its packets
   * @param leftOut the filters that notes are about
   * @param classes the handles of its classes, by those of the policy's
   */
  private record Case(
      int index,
      Random random,
      Set<String> leftOut,
      Exported exported,
      Map<String, String> classes) {}

  @Test
  void randomSetUpsDoTheSameAsAPolicy() {
    for (int batch = 0; batch < BATCHES; batch++) {
      run(batch * CASES);
    }
    // Or the set-ups were too simple, or too hard, to show anything.
    int cases = fates.getOrDefault("case", 0);
    assertThat(cases).isGreaterThan(100);
    assertThat(whole).isGreaterThan(50);
    assertThat(filtersLeftOut).isGreaterThan(5);
    assertThat(fates.get("class")).isGreaterThan(cases * PACKETS / 3);
    assertThat(fates.get(EngineBench.DROPPED)).isGreaterThan(cases);
    assertThat(fates.get(EngineBench.NO_CLASS)).isGreaterThan(cases);
  }

  private void run(int firstSeed) {
    Fields fields = new Fields(true, true);
    EngineBench original = new EngineBench(CASES);
    EngineBench expected = new EngineBench(CASES);
    EngineBench policy = new EngineBench(CASES);
    List<Case> cases = new ArrayList<>();
    List<PolicyDocument> documents = new ArrayList<>();
    for (int i = 0; i < CASES; i++) {
      int seed = firstSeed + i;
      Random random = new Random(seed);
      HandMade made = new HandMade(random, true, fields);
      List<String> names =
          made.make(original.datapath().trafficControl(), original.device(i), Set.of(), List.of());
      Exported exported =
          PolicyExport.read(original.datapath(), List.of(original.device(i)), "case-" + seed);
      if (exported.notes().stream().anyMatch(note -> note.why().contains("cannot be applied"))) {
        continue; // it looks at more combinations of fields than a policy may
      }
      Set<String> leftOut = leftOut(exported);
      assertThat(names).as("seed %d", seed).containsAll(leftOut);
      made.make(expected.datapath().trafficControl(), expected.device(i), leftOut, names);
      PolicyDocument document = Placed.read(exported).getFirst();
      assertThat(document.policy()).isEqualTo(exported.policy());
      documents.add(document);
      Sharing sharing = document.policy().spec().sharing().getFirst();
      Map<String, String> classes = compareClasses(seed, made, sharing, exported);
      cases.add(new Case(i, random, leftOut, exported, classes));
    }
    try (Placed placed = Placed.in(policy.datapath(), documents)) {
      for (Case one : cases) {
        fates.merge("case", 1, Integer::sum);
        whole += one.leftOut().isEmpty() ? 1 : 0;
        filtersLeftOut += one.leftOut().size();
        for (int i = 0; i < PACKETS; i++) {
          byte[] packet = fields.packet(one.random());
          int mark = one.random().nextInt(4) << 4;
          String was = original.leave(one.index(), packet, mark);
          String without = expected.leave(one.index(), packet, mark);
          String is = policy.leave(one.index(), packet, mark);
          String what =
              "packet %s mark %d\n%s%s"
                  .formatted(hex(packet), mark, one.exported().yaml(), placed.counts());
          compare(was, without, one.classes().getOrDefault(is, is), what);
          fates.merge(was.contains(":") ? "class" : was, 1, Integer::sum);
          compare(
              Boolean.toString(original.arrives(one.index(), packet)),
              Boolean.toString(expected.arrives(one.index(), packet)),
              Boolean.toString(policy.arrives(one.index(), packet)),
              "arriving " + what);
        }
      }
    }
  }

  /**
   * Compares what became of a packet. Where a filter that was left out decided about it, another
   * may; but what passes with and without that filter passes.
   */
  private static void compare(String was, String without, String is, String what) {
    if (was.equals(without)) {
      assertThat(is).as(what).isEqualTo(was);
    } else if (!was.equals(EngineBench.DROPPED) && !without.equals(EngineBench.DROPPED)) {
      assertThat(is).as(what).isNotEqualTo(EngineBench.DROPPED);
    }
  }

  private static String hex(byte[] packet) {
    return HexFormat.of().formatHex(packet);
  }

  /** The filters that notes are about, as the notes call them. */
  private static Set<String> leftOut(Exported exported) {
    Set<String> names = new HashSet<>();
    for (ExportNote note : exported.notes()) {
      if (note.isLeftOut() && note.where().contains("filter pref")) {
        names.add(note.where().substring(note.where().indexOf("filter pref")));
      }
    }
    return names;
  }

  /** Holds classes as a policy makes them against those of the set-up; their handles by ours. */
  static Map<String, String> compareClasses(
      int seed, HandMade made, Sharing sharing, Exported exported) {
    QueueTree.Shared tree = QueueTrees.shared(sharing, null, Map.of());
    List<OfClass> top =
        made.classes().stream().filter(one -> one.parent().equals(HandMade.ROOT)).toList();
    Handle all =
        top.size() == 1 && !made.leaves().contains(top.getFirst().id())
            ? top.getFirst().id()
            : HandMade.ROOT;
    Map<String, String> ours = new HashMap<>();
    ours.put(Handle.of(0x51ce, 2).toString(), EngineBench.NO_CLASS);
    for (OfClass one : made.classes()) {
      if (one.id().equals(all)) {
        continue;
      }
      HtbClass options = (HtbClass) Objects.requireNonNull(one.trafficClass());
      QueueClass found = tree.find(name(one.id()));
      String what = "seed %d, class %s\n%s".formatted(seed, one.id(), exported.yaml());
      assertThat(found).as(what).isNotNull();
      QueueClass queue = Objects.requireNonNull(found);
      ours.put(queue.id().toString(), one.id().toString());
      assertThat(queue.options().rate()).as(what).isEqualTo(options.rate());
      Rate ceil =
          one.parent().equals(HandMade.ROOT) ? options.rate().rate() : options.ceil().rate();
      assertThat(queue.options().ceil().rate()).as(what).isEqualTo(ceil);
      QueueClass parent =
          one.parent().equals(all)
              ? Objects.requireNonNull(tree.find(QueueTree.ALL))
              : Objects.requireNonNull(tree.find(name(one.parent())), what);
      assertThat(queue.parent()).as(what).isEqualTo(parent.minor());
      if (options.burst().bytes() > 2000) {
        assertThat(ReadBack.isSame(queue.options().burst(), options.burst())).as(what).isTrue();
      }
      if (queue.isLeaf()) {
        assertThat(queue.options().priority()).as(what).isEqualTo(options.priority());
      }
    }
    assertThat(tree.classes().stream().filter(one -> one.minor() > 2))
        .hasSize(made.classes().size() - (all.equals(HandMade.ROOT) ? 0 : 1));
    for (OfQdisc one : made.queues()) {
      if (one.qdisc() instanceof Qdisc.Bfifo(Long limit)) {
        Long is = Objects.requireNonNull(tree.find(name(one.parent()))).limit();
        assertThat(Objects.requireNonNull(is)).isBetween(limit - 1, limit + 1);
      }
    }
    return ours;
  }

  private static String name(Handle id) {
    return "class-1-" + Integer.toHexString(id.minor());
  }
}
