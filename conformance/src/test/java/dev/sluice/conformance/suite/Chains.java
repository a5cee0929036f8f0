package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Qdisc;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of a TCX chain, where anchors put programs, and how the revision counts. */
@Needs(Feature.TCX)
public abstract class Chains extends Suite {
  private final Direction direction;
  private Chain chain;

  /** The rules are the same in both directions. */
  protected Chains(Direction direction) {
    this.direction = direction;
  }

  @BeforeEach
  void openChain() {
    chain = tcx(direction);
  }

  private Program next(int number) {
    return program(number, Verdict.NEXT.number());
  }

  private Link attach(Program program, Anchor anchor) {
    return closing(chain.attach(program, AttachOptions.at(anchor)));
  }

  private Link attach(Program program) {
    return attach(program, Anchor.tail());
  }

  private void attachBare(Program program, Anchor anchor) {
    chain.attachProgram(program, AttachOptions.at(anchor));
  }

  private static ChainEntry bare(Program program) {
    return new ChainEntry(program.info().id(), 0, ChainEntry.Place.NONE);
  }

  private static ChainEntry under(Link link, Program program) {
    return new ChainEntry(program.info().id(), link.info().id(), ChainEntry.Place.NONE);
  }

  private List<Integer> ranInOrder() {
    trace().take();
    assertThat(passes(direction, Frame.labelled("order"))).as("packet passes").isTrue();
    return trace().take();
  }

  @Test
  void aChainThatWasNeverUsedIsEmptyWithRevisionOne() {
    assertThat(chain.query()).isEqualTo(new ChainState(chain.at(), Hook.TCX, 1, List.of()));
  }

  @Test
  void saysWhereItIs() {
    assertThat(chain.at()).isEqualTo(new AttachPoint.Tcx(device(), direction));
  }

  @Test
  void appendsUnlessToldOtherwise() {
    Program a = next(1);
    Program b = next(2);
    Program c = next(3);
    Link first = closing(chain.attach(a));
    Link second = closing(chain.attach(b));
    chain.attachProgram(c, AttachOptions.DEFAULT);

    ChainState state = chain.query();
    assertThat(state.entries()).containsExactly(under(first, a), under(second, b), bare(c));
    assertThat(state.revision()).isEqualTo(4);
    assertThat(ranInOrder()).containsExactly(1, 2, 3);
  }

  @Test
  void headGoesFirstAndTailLast() {
    attach(next(1));
    attach(next(2), Anchor.head());
    attachBare(next(3), Anchor.head());
    attachBare(next(4), Anchor.tail());
    attach(next(5), Anchor.tail());

    assertThat(ranInOrder()).containsExactly(3, 2, 1, 4, 5);
  }

  @Test
  void headAndTailOfAnEmptyChainAreTheSame() {
    release(chain, attach(next(1), Anchor.head()));
    attach(next(2), Anchor.tail());

    assertThat(ranInOrder()).containsExactly(2);
  }

  @Test
  void anchorsAtLinks() {
    Link first = attach(next(1));
    Link second = attach(next(2));
    attach(next(3), Anchor.before(first));
    attach(next(4), Anchor.after(first));
    attachBare(next(5), Anchor.before(second));
    attachBare(next(6), Anchor.after(second));

    assertThat(ranInOrder()).containsExactly(3, 1, 4, 5, 2, 6);
  }

  @Test
  void anchorsAtPrograms() {
    Program bare = next(1);
    Program linked = next(2);
    attachBare(bare, Anchor.tail());
    attach(linked);
    attach(next(3), Anchor.before(bare));
    attach(next(4), Anchor.after(bare));
    attachBare(next(5), Anchor.before(linked));
    attachBare(next(6), Anchor.after(linked));

    assertThat(ranInOrder()).containsExactly(3, 1, 4, 5, 2, 6);
  }

  @Test
  void anchorsAtNumbersThatAQueryGave() {
    attach(next(1));
    attachBare(next(2), Anchor.tail());
    List<ChainEntry> entries = chain.query().entries();
    attach(next(3), new Anchor.After(new Anchor.LinkId(entries.get(0).linkId())));
    attach(next(4), new Anchor.Before(new Anchor.ProgramId(entries.get(1).programId())));

    assertThat(ranInOrder()).containsExactly(1, 3, 4, 2);
  }

  @Test
  void eachChangeRaisesTheRevisionByOne() {
    Program a = next(1);
    Program b = next(2);
    Program c = next(3);
    Link link = attach(a);
    assertThat(chain.query().revision()).as("attached under a link").isEqualTo(2);
    attachBare(b, Anchor.tail());
    assertThat(chain.query().revision()).as("attached bare").isEqualTo(3);
    chain.replaceProgram(b, c, 3);
    assertThat(chain.query().revision()).as("replaced").isEqualTo(4);
    link.update(b);
    assertThat(chain.query().revision()).as("link updated").isEqualTo(5);
    link.update(b);
    assertThat(chain.query().revision()).as("link updated to what it had").isEqualTo(5);
    chain.detachProgram(c, 5);
    assertThat(chain.query().revision()).as("detached").isEqualTo(6);
    attachBare(c, Anchor.tail());
    release(chain, link);
    assertThat(chain.query().revision()).as("link closed").isEqualTo(8);
  }

  @Test
  void theExpectedRevisionLetsChangesThrough() {
    Program a = next(1);
    Program b = next(2);
    closing(chain.attach(a, AttachOptions.DEFAULT.expecting(1)));
    chain.attachProgram(b, AttachOptions.at(Anchor.head()).expecting(2));
    chain.detachAt(Anchor.head(), 3);

    assertThat(chain.query().revision()).isEqualTo(4);
    assertThat(ranInOrder()).containsExactly(1);
  }

  @Test
  void theRevisionStartsOverWhenTheChainEmpties() {
    Link link = attach(next(1));
    attachBare(next(2), Anchor.tail());
    chain.detachAt(Anchor.tail(), 0);
    assertThat(chain.query().revision()).isEqualTo(4);
    release(chain, link);

    assertThat(chain.query()).isEqualTo(new ChainState(chain.at(), Hook.TCX, 1, List.of()));
  }

  @Test
  @Needs({Feature.TCX, Feature.CLSACT})
  void aClsactQdiscKeepsTheRevisionOfAnEmptyChain() {
    trafficControl()
        .apply(
            Change.OfQdisc.add(device(), Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
    release(chain, attach(next(1)));

    assertThat(chain.query()).isEqualTo(new ChainState(chain.at(), Hook.TCX, 3, List.of()));
  }

  @Test
  void replacesABareProgramWhereItIs() {
    Program old = next(2);
    attach(next(1));
    attachBare(old, Anchor.tail());
    attach(next(3));
    chain.replaceProgram(old, next(4), 0);

    assertThat(ranInOrder()).containsExactly(1, 4, 3);
  }

  @Test
  void detachesABareProgram() {
    Program gone = next(2);
    attachBare(next(1), Anchor.tail());
    attachBare(gone, Anchor.tail());
    attachBare(next(3), Anchor.tail());
    chain.detachProgram(gone, 0);

    assertThat(ranInOrder()).containsExactly(1, 3);
  }

  @Test
  void detachesTheFirstAndTheLast() {
    for (int number = 1; number <= 4; number++) {
      attachBare(next(number), Anchor.tail());
    }
    chain.detachAt(Anchor.head(), 0);
    chain.detachAt(Anchor.tail(), 0);

    assertThat(ranInOrder()).containsExactly(2, 3);
  }

  @Test
  void detachesNeighbours() {
    Program middle = next(3);
    Link end = attach(next(5));
    attachBare(next(1), Anchor.before(end));
    attachBare(next(2), Anchor.before(end));
    attachBare(middle, Anchor.before(end));
    attachBare(next(4), Anchor.before(end));
    chain.detachAt(Anchor.before(middle), 0);
    chain.detachAt(Anchor.after(middle), 0);
    assertThat(ranInOrder()).containsExactly(1, 3, 5);
    chain.detachAt(Anchor.before(end), 0);

    assertThat(ranInOrder()).containsExactly(1, 5);
  }

  @Test
  void chainsOfOtherDirectionsAndDevicesAreTheirOwn() {
    testbed().addWire(1);
    Direction other = direction == Direction.INGRESS ? Direction.EGRESS : Direction.INGRESS;
    Chain elsewhere = datapath().chain(new AttachPoint.Tcx(testbed().left().device(1), direction));
    Program program = next(1);
    attach(program);
    closing(tcx(other).attach(program));
    closing(elsewhere.attach(program));

    assertThat(chain.query().entries()).hasSize(1);
    assertThat(tcx(other).query().entries()).hasSize(1);
    assertThat(elsewhere.query().entries()).hasSize(1);
    assertThat(ranInOrder()).containsExactly(1);
  }

  @Test
  void aProgramStaysAttachedWhenItsOwnReferenceIsClosed() {
    Program linked = next(1);
    Program bare = next(2);
    attach(linked);
    attachBare(bare, Anchor.tail());
    linked.close();
    bare.close();

    assertThat(ranInOrder()).containsExactly(1, 2);
  }
}
