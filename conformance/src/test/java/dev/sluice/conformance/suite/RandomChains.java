package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Qdisc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a chain, each compared with {@link MprogModel}: the same error number, and
 * the same entries and revision behind it. With an even seed the chain is nearly full from the
 * start. {@link Seeds} says how to repeat a run.
 */
@Needs({Feature.TCX, Feature.CLSACT})
public abstract class RandomChains extends Suite {
  private static final int OPERATIONS = 700;

  static LongStream seeds() {
    return Seeds.all();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void doesWhatTheModelDoes(long seed) {
    Run run = new Run(new Random(seed));
    if (seed % 2 == 0) {
      run.fill();
    }
    for (int i = 0; i < OPERATIONS; i++) {
      run.step("seed " + seed + ", operation " + i);
    }
    run.links.values().forEach(Link::close);
  }

  /** One chain, its model, and what there is to play with. */
  private final class Run {
    private final Random random;
    private final Chain chain = tcx(Direction.INGRESS);
    private final MprogModel model = new MprogModel();
    private final List<Program> programs = new ArrayList<>();
    private final List<Integer> ids = new ArrayList<>();
    private final Map<Integer, Link> links = new LinkedHashMap<>();
    private final List<Integer> closedLinks = new ArrayList<>();
    private boolean clsact;

    /** How many programs are played with: few for collisions, more than fit for full chains. */
    private int pool = 6;

    private String doing = "";

    Run(Random random) {
      this.random = random;
      for (int number = 1; number <= MprogModel.MAX + 7; number++) {
        Program program = program(number, Verdict.NEXT.number());
        programs.add(program);
        ids.add(program.info().id());
        model.load(program.info().id());
      }
    }

    /** Attaches all but a few of the programs that fit, and plays with all of them from then on. */
    void fill() {
      pool = programs.size();
      for (int at = 0; at < MprogModel.MAX - 3; at++) {
        model.attach(ids.get(at), Anchor.tail(), 0);
        chain.attachProgram(programs.get(at), AttachOptions.DEFAULT);
      }
    }

    void step(String where) {
      if (pool == 6 && random.nextInt(100) == 0) {
        pool = programs.size();
      }
      // What changes the length of a chain makes the kernel wait for all its readers, so most of
      // the dice are for what does not. A big pool is for full chains: there more comes than goes.
      int dice = random.nextInt(pool > 6 ? 120 : 100);
      if (dice < 10 || dice >= 106) {
        attachLink(where);
      } else if (dice < 20 || dice >= 100) {
        attachBare(where);
      } else if (dice < 46) {
        replace(where);
      } else if (dice < 54) {
        detach(where);
      } else if (dice < 62) {
        detachAt(where);
      } else if (dice < 92) {
        update(where);
      } else if (dice < 94) {
        detachLink();
      } else if (dice < 98) {
        closeLink();
      } else {
        toggleClsact();
      }
      ChainState state = chain.query();
      assertThat(state.entries())
          .as("entries after %s: %s", where, doing)
          .isEqualTo(model.entries());
      assertThat(state.revision())
          .as("revision after %s: %s", where, doing)
          .isEqualTo(model.revision());
    }

    private int any() {
      return random.nextInt(pool);
    }

    /** A program to attach: as often as not one that is not in the chain, if chance finds one. */
    private int candidate() {
      int at = any();
      boolean absent = random.nextBoolean();
      for (int tries = 0; absent && tries < 20 && model.contains(ids.get(at)); tries++) {
        at = any();
      }
      return at;
    }

    private Anchor anchor() {
      return switch (random.nextInt(6)) {
        case 0 -> Anchor.head();
        case 1, 2 -> Anchor.tail();
        case 3 -> new Anchor.Before(target());
        default -> new Anchor.After(target());
      };
    }

    private Anchor.Target target() {
      List<Integer> known = List.copyOf(links.keySet());
      return switch (random.nextInt(12)) {
        case 0 -> new Anchor.ProgramId(Integer.MAX_VALUE);
        case 1 ->
            new Anchor.LinkId(closedLinks.isEmpty() ? Integer.MAX_VALUE : closedLinks.getLast());
        case 2, 3, 4, 5 -> {
          if (known.isEmpty()) {
            yield new Anchor.ProgramId(ids.get(any()));
          }
          yield new Anchor.LinkId(known.get(random.nextInt(known.size())));
        }
        default -> new Anchor.ProgramId(ids.get(any()));
      };
    }

    /** Mostly none, often right, now and then stale. */
    private long expected() {
      return switch (random.nextInt(8)) {
        case 0, 1, 2 -> model.revision();
        case 3 -> 1 + random.nextLong(model.revision() + 2);
        default -> 0;
      };
    }

    /** Does it and the model of it, and compares the answers. */
    private boolean does(String where, @Nullable Errno should, Runnable operation) {
      String answer;
      try {
        operation.run();
        answer = "done";
      } catch (KernelRejected refused) {
        answer = Errno.nameOf(refused.errno());
      }
      assertThat(answer)
          .as("answer to %s: %s; chain %s", where, doing, model.entries())
          .isEqualTo(should == null ? "done" : should.name());
      return should == null;
    }

    private void attachLink(String where) {
      int at = candidate();
      Anchor anchor = anchor();
      long expected = expected();
      doing =
          "attach program " + ids.get(at) + " " + anchor + " under a link, revision " + expected;
      AttachOptions options = new AttachOptions(anchor, expected);
      Link[] made = new Link[1];
      if (does(
          where,
          model.attach(ids.get(at), anchor, expected),
          () -> made[0] = chain.attach(programs.get(at), options))) {
        int id = made[0].info().id();
        links.put(id, closing(made[0]));
        model.own(ids.get(at), id);
      }
    }

    private void attachBare(String where) {
      int at = candidate();
      Anchor anchor = anchor();
      long expected = expected();
      doing = "attach program " + ids.get(at) + " " + anchor + ", revision " + expected;
      does(
          where,
          model.attach(ids.get(at), anchor, expected),
          () -> chain.attachProgram(programs.get(at), new AttachOptions(anchor, expected)));
    }

    private void replace(String where) {
      int old = any();
      int replacement = candidate();
      long expected = expected();
      doing = "replace " + ids.get(old) + " by " + ids.get(replacement) + ", revision " + expected;
      does(
          where,
          model.replace(ids.get(old), ids.get(replacement), expected),
          () -> chain.replaceProgram(programs.get(old), programs.get(replacement), expected));
    }

    private void detach(String where) {
      int at = any();
      long expected = expected();
      doing = "detach program " + ids.get(at) + ", revision " + expected;
      does(
          where,
          model.detach(ids.get(at), expected),
          () -> chain.detachProgram(programs.get(at), expected));
    }

    private void detachAt(String where) {
      Anchor anchor = anchor();
      long expected = expected();
      doing = "detach " + anchor + ", revision " + expected;
      does(where, model.detachAt(anchor, expected), () -> chain.detachAt(anchor, expected));
    }

    private void update(String where) {
      if (links.isEmpty()) {
        return;
      }
      int link = anyLink();
      int at = candidate();
      if (random.nextInt(3) == 0) {
        int expected = any();
        doing = "update link " + link + " to " + ids.get(at) + " from " + ids.get(expected);
        does(
            where,
            model.update(link, ids.get(at), ids.get(expected)),
            () -> link(link).update(programs.get(at), programs.get(expected)));
      } else {
        doing = "update link " + link + " to " + ids.get(at);
        does(where, model.update(link, ids.get(at), 0), () -> link(link).update(programs.get(at)));
      }
    }

    private void detachLink() {
      if (links.isEmpty()) {
        return;
      }
      int link = anyLink();
      doing = "detach link " + link;
      link(link).detach();
      model.detachLink(link);
    }

    private void closeLink() {
      if (links.isEmpty()) {
        return;
      }
      int link = anyLink();
      doing = "close link " + link;
      release(chain, link(link));
      links.remove(link);
      closedLinks.add(link);
      model.closeLink(link);
    }

    private Link link(int id) {
      Link link = links.get(id);
      if (link == null) {
        throw new AssertionError("no link " + id + " is open");
      }
      return link;
    }

    private int anyLink() {
      List<Integer> known = List.copyOf(links.keySet());
      return known.get(random.nextInt(known.size()));
    }

    private void toggleClsact() {
      doing = clsact ? "remove clsact" : "add clsact";
      trafficControl()
          .apply(
              clsact
                  ? Change.OfQdisc.delete(device(), Handle.CLSACT)
                  : Change.OfQdisc.add(
                      device(), Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
      clsact = !clsact;
      model.hold(clsact);
    }
  }
}
