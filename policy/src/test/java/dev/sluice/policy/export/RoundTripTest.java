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
 * What was exported and put in place does with packets what the set-up did. Where filters are noted as
 * left out, it does that or what the set-up does without these.
 */
class RoundTripTest {
  private static final int CASES = 150;
  private static final int PACKETS = 40;

  @Test
  void randomSetUpsDoTheSameAsAPolicy() {
    int whole = 0;
    int filtersLeftOut = 0;
    Map<String, Integer> fates = new HashMap<>();
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      Fields fields = new Fields(true, true);
      HandMade made = new HandMade(random, true, fields);
      EngineBench original = new EngineBench();
      List<String> names =
          made.make(original.datapath().trafficControl(), original.device(), Set.of(), List.of());
      Exported exported =
          PolicyExport.read(original.datapath(), List.of(original.device()), "exported");
      if (exported.notes().stream().anyMatch(note -> note.why().contains("cannot be applied"))) {
        continue;
      }
      Set<String> leftOut = leftOut(exported);
      assertThat(names).as("seed %d", seed).containsAll(leftOut);
      filtersLeftOut += leftOut.size();
      whole += leftOut.isEmpty() ? 1 : 0;
      EngineBench expected = new EngineBench();
      made.make(expected.datapath().trafficControl(), expected.device(), leftOut, names);

      List<PolicyDocument> documents = Placed.read(exported);
      assertThat(Placed.only(documents)).isEqualTo(exported.policy());
      Sharing sharing = Placed.only(documents).spec().sharing().getFirst();
      Map<String, String> classes = compareClasses(seed, made, sharing, exported);
      EngineBench policy = new EngineBench();
      try (Placed placed = Placed.in(policy.datapath(), documents)) {
        for (int i = 0; i < PACKETS; i++) {
          byte[] packet = fields.packet(random);
          int mark = random.nextInt(4) << 4;
          String was = original.leave(packet, mark);
          String should = expected.leave(packet, mark);
          String is = policy.leave(packet, mark);
          assertThat(List.of(was, should))
              .as(
                  "seed %d, packet %s mark %d\n%s%s",
                  seed, hex(packet), mark, exported.yaml(), placed.counts())
              .contains(classes.getOrDefault(is, is));
          fates.merge(should.contains(":") ? "class" : should, 1, Integer::sum);
          boolean arrived = original.arrives(packet);
          boolean arrives = expected.arrives(packet);
          assertThat(List.of(arrived, arrives))
              .as("seed %d, arriving packet %s\n%s", seed, hex(packet), exported.yaml())
              .contains(policy.arrives(packet));
        }
      }
    }
    // Or the set-ups were too simple, or too hard, to show anything.
    assertThat(whole).isGreaterThan(CASES / 2);
    assertThat(filtersLeftOut).isGreaterThan(5);
    assertThat(fates.get("class")).isGreaterThan(CASES * PACKETS / 3);
    assertThat(fates.get(EngineBench.DROPPED)).isGreaterThan(CASES);
    assertThat(fates.get(EngineBench.NO_CLASS)).isGreaterThan(CASES);
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
