package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.chain.order.Member;
import dev.sluice.datapath.chain.order.Mover;
import dev.sluice.datapath.chain.order.OrderSolver;
import dev.sluice.datapath.chain.order.Wish;
import dev.sluice.datapath.program.Program;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that go to another place of their chain: alone, and until all wishes are met. */
@Needs(Feature.TCX)
public abstract class ProgramMoves extends Suite {
  static LongStream seeds() {
    return Seeds.all();
  }

  /** The pins of a move, in the testbed's directory. */
  private final class Pins implements Mover.Keep {
    private final int number;

    Pins(int number) {
      this.number = number;
    }

    private Path pin(String what) {
      return testbed().pinDirectory().resolve(what + "_" + number);
    }

    @Override
    public Path link() {
      return pin("moving");
    }

    @Override
    public Path table() {
      return pin("table");
    }

    @Override
    public void remove(Path pin) {
      try {
        testbed().unpin(pin);
      } catch (UncheckedIOException e) {
        // A move of a group's program needs no table.
        assertThat(e.getCause()).isInstanceOf(NoSuchFileException.class);
      }
    }
  }

  private Program next(int number) {
    return program(number, Verdict.NEXT.number());
  }

  /** Attaches a program under a link that only its pin holds. */
  private Path pinned(Chain chain, Program program, int number) {
    Path pin = new Pins(number).pin("link");
    try (Link link = chain.attach(program)) {
      link.pin(pin);
    }
    return pin;
  }

  private void move(Chain chain, Path pin, int number, AttachOptions place) {
    try (Link link = datapath().links().openPinned(pin)) {
      new Mover(datapath()).move(chain, link, pin, place, new Pins(number));
    }
  }

  private static List<Integer> ids(Chain chain) {
    return chain.query().entries().stream().map(ChainEntry::programId).toList();
  }

  @Test
  void aMovedProgramIsTheSameUnderALinkThatIsPinnedWhereTheOldOneWas() {
    Chain chain = tcx(Direction.INGRESS);
    closing(chain.attach(next(1)));
    chain.attachProgram(next(2), AttachOptions.DEFAULT);
    Program moved = next(3);
    Path pin = pinned(chain, moved, 3);
    long revision = chain.query().revision();
    refused(
        Errno.ESTALE,
        () -> move(chain, pin, 3, AttachOptions.at(Anchor.head()).expecting(revision - 1)));
    move(chain, pin, 3, AttachOptions.at(Anchor.head()).expecting(revision));

    assertThat(ids(chain)).startsWith(moved.info().id());
    trace().take();
    assertThat(passes(Direction.INGRESS, Frame.labelled("moved"))).isTrue();
    assertThat(trace().take()).containsExactly(3, 1, 2);
    try (Link link = datapath().links().openPinned(pin)) {
      assertThat(chain.query().indexOfLink(link.info().id())).hasValue(0);
    }
    move(chain, pin, 3, AttachOptions.DEFAULT);
    passes(Direction.INGRESS, Frame.labelled("back"));
    assertThat(trace().take()).containsExactly(1, 2, 3);
  }

  @Test
  void aPacketMeetsAProgramThatIsMovedMeanwhile() {
    Chain chain = tcx(Direction.INGRESS);
    closing(chain.attach(next(1)));
    // It drops, and so tells of each packet that does not meet it.
    Path pin = pinned(chain, program(2, Verdict.DROP.number()), 2);
    try (Capture capture = receiver(Direction.INGRESS).capture()) {
      for (int i = 0; i < 20; i++) {
        sender(Direction.INGRESS).send(Frame.labelled("before " + i));
        move(chain, pin, 2, AttachOptions.at(i % 2 == 0 ? Anchor.head() : Anchor.tail()));
        sender(Direction.INGRESS).send(Frame.labelled("after " + i));
      }
      testbed().settle();
      assertThat(capture.frames()).isEmpty();
    }
  }

  @Test
  @Needs({Feature.CGROUP_SKB, Feature.CGROUP_ORDER})
  void aProgramMovesInAControlGroup() {
    Path group = testbed().addGroup("moves");
    Chain chain = datapath().chain(new AttachPoint.Cgroup(group, Direction.EGRESS));
    Program first = load(TracingProgram.ofGroup(1, 1));
    Program second = load(TracingProgram.ofGroup(2, 1));
    closing(chain.attach(first));
    Path pin = pinned(chain, second, 2);
    move(chain, pin, 2, AttachOptions.at(Anchor.before(first)));

    assertThat(ids(chain)).containsExactly(second.info().id(), first.info().id());
    refused(Errno.ESTALE, () -> move(chain, pin, 2, AttachOptions.DEFAULT.expecting(1)));
    assertThat(ids(chain)).containsExactly(second.info().id(), first.info().id());
    testbed().unpin(pin);
  }

  /**
   * Random chains of ours and of others', with random wishes, are put in the order that is solved.
   */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverIsWishedForIsReachedStepByStep(long seed) {
    Random random = new Random(seed);
    Chain chain = tcx(Direction.EGRESS);
    Map<Integer, Wish> wishes = new HashMap<>();
    Map<Integer, Path> pins = new HashMap<>();
    int programs = 8;
    for (int number = 1; number <= programs; number++) {
      Program program = next(number);
      if (random.nextInt(5) < 2) {
        chain.attachProgram(program, AttachOptions.DEFAULT);
      } else {
        wishes.put(program.info().id(), wish(random, programs));
        pins.put(program.info().id(), pinned(chain, program, number));
      }
    }
    List<Integer> foreign = ids(chain).stream().filter(id -> !wishes.containsKey(id)).toList();
    int moves = 0;
    OrderSolver.@Nullable Step step = firstStep(chain, wishes);
    while (step != null) {
      moves++;
      assertThat(moves).as("moves").isLessThanOrEqualTo(programs * programs);
      ChainState state = chain.query();
      Anchor anchor =
          step.index() == state.entries().size()
              ? Anchor.tail()
              : new Anchor.Before(state.entries().get(step.index()).target());
      int id = step.member().programId();
      move(
          chain,
          Objects.requireNonNull(pins.get(id)),
          id,
          new AttachOptions(anchor, state.revision()));
      step = firstStep(chain, wishes);
    }
    assertThat(ids(chain)).hasSize(programs);
    assertThat(ids(chain).stream().filter(id -> !wishes.containsKey(id)))
        .as("those of others")
        .containsExactlyElementsOf(foreign);
    pins.values().forEach(testbed()::unpin);
  }

  /** Those that name what is never there, or each other in circles, come up, too. */
  private static Wish wish(Random random, int programs) {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      (random.nextBoolean() ? before : after).add("trace_" + (1 + random.nextInt(programs + 2)));
    }
    Wish.Edge[] edges = Wish.Edge.values();
    return new Wish(before, after, edges[random.nextInt(2) * random.nextInt(edges.length)]);
  }

  /** What is to be done first; null if nothing is, or wishes clash. */
  private OrderSolver.@Nullable Step firstStep(Chain chain, Map<Integer, Wish> wishes) {
    List<Member> members = new ArrayList<>();
    for (ChainEntry entry : chain.query().entries()) {
      String name;
      try (Program program = datapath().programs().open(entry.programId())) {
        name = program.info().name();
      }
      Wish wish = wishes.get(entry.programId());
      members.add(
          new Member(
              entry.programId(),
              entry.linkId(),
              name,
              wish == null ? "bare" : "sluice",
              wish != null,
              wish == null ? Wish.NONE : wish));
    }
    OrderSolver.Solution solution = OrderSolver.solve(members);
    return solution.clash() == null ? solution.firstStep(members) : null;
  }
}
