package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a TCX chain refuses, with which error number, and in which order it looks. */
@Needs(Feature.TCX)
public abstract class ChainRefusals extends Suite {
  private static final int UNKNOWN = Integer.MAX_VALUE;

  private Chain chain;

  @BeforeEach
  void openChain() {
    chain = tcx(Direction.INGRESS);
  }

  private Program next(int number) {
    return program(number, Verdict.NEXT.number());
  }

  private Link attach(Program program) {
    return closing(chain.attach(program));
  }

  /** A refusal that must leave the chain as it was. */
  private KernelRejected refusedWithoutEffect(Errno errno, ThrowingCallable call) {
    ChainState before = chain.query();
    KernelRejected rejected = refused(errno, call);
    assertThat(chain.query()).isEqualTo(before);
    return rejected;
  }

  private void fill() {
    for (int number = 1; number <= MprogModel.MAX; number++) {
      chain.attachProgram(next(number), AttachOptions.DEFAULT);
    }
  }

  @Test
  void aProgramIsInAChainOnlyOnce() {
    Program linked = next(1);
    Program bare = next(2);
    Link link = attach(linked);
    chain.attachProgram(bare, AttachOptions.DEFAULT);

    refusedWithoutEffect(Errno.EEXIST, () -> chain.attach(linked));
    refusedWithoutEffect(Errno.EEXIST, () -> chain.attach(bare));
    refusedWithoutEffect(
        Errno.EEXIST, () -> chain.attachProgram(linked, AttachOptions.at(Anchor.head())));
    refusedWithoutEffect(Errno.EEXIST, () -> chain.attachProgram(bare, AttachOptions.DEFAULT));
    refusedWithoutEffect(Errno.EEXIST, () -> chain.replaceProgram(bare, bare, 0));
    refusedWithoutEffect(Errno.EEXIST, () -> chain.replaceProgram(bare, linked, 0));
    refusedWithoutEffect(Errno.EEXIST, () -> link.update(bare));
  }

  @Test
  void aRefusalNamesWhatItCollidedWith() {
    Program linked = next(1);
    Link link = attach(linked);
    KernelRejected rejected = refused(Errno.EEXIST, () -> chain.attach(linked));

    assertThat(rejected.operation()).contains(device().name()).contains("ingress");
    assertThat(rejected.rule())
        .contains(String.valueOf(linked.info().id()))
        .contains(String.valueOf(link.info().id()));

    KernelRejected busy = refused(Errno.EBUSY, () -> chain.detachProgram(linked, 0));
    assertThat(busy.rule()).contains(String.valueOf(link.info().id()));
  }

  @Test
  void aChainOfSixtyThreeRunsThemAllAndTakesNoMore() {
    fill();
    assertThat(passes(Direction.INGRESS, Frame.labelled("full"))).isTrue();
    assertThat(trace().take()).hasSize(MprogModel.MAX).isSorted();
    Program tooMuch = next(64);
    refusedWithoutEffect(Errno.ERANGE, () -> chain.attach(tooMuch));
    refusedWithoutEffect(
        Errno.ERANGE, () -> chain.attachProgram(tooMuch, AttachOptions.at(Anchor.head())));
    // An anchor must exist, but whether it is in the chain is not asked any more.
    Anchor unknown = new Anchor.Before(new Anchor.ProgramId(UNKNOWN));
    Anchor absent = Anchor.before(next(65));
    refusedWithoutEffect(Errno.ENOENT, () -> chain.attach(tooMuch, AttachOptions.at(unknown)));
    refusedWithoutEffect(Errno.ERANGE, () -> chain.attach(tooMuch, AttachOptions.at(absent)));
  }

  @Test
  void aFullChainCanBeChangedAndShortened() {
    fill();
    Program replacement = next(64);
    Program first =
        closing(datapath().programs().open(chain.query().entries().getFirst().programId()));
    chain.replaceProgram(first, replacement, 0);
    assertThat(chain.query().indexOfProgram(replacement.info().id())).hasValue(0);
    chain.detachAt(Anchor.tail(), 0);
    attach(first);

    assertThat(chain.query().entries()).hasSize(MprogModel.MAX);
    assertThat(chain.query().indexOfProgram(first.info().id())).hasValue(MprogModel.MAX - 1);
  }

  @Test
  void anAnchorMustBeInTheChain() {
    Program stranger = next(1);
    Link elsewhere = closing(tcx(Direction.EGRESS).attach(stranger));
    Link closed = attach(next(2));
    int closedId = closed.info().id();
    release(chain, closed);
    attach(next(3));
    Program program = next(4);

    for (Anchor.Target target :
        List.of(
            new Anchor.ProgramId(stranger.info().id()),
            new Anchor.ProgramId(UNKNOWN),
            new Anchor.LinkId(elsewhere.info().id()),
            new Anchor.LinkId(closedId),
            new Anchor.LinkId(UNKNOWN))) {
      AttachOptions before = AttachOptions.at(new Anchor.Before(target));
      AttachOptions after = AttachOptions.at(new Anchor.After(target));
      refusedWithoutEffect(Errno.ENOENT, () -> chain.attach(program, before));
      refusedWithoutEffect(Errno.ENOENT, () -> chain.attach(program, after));
      refusedWithoutEffect(Errno.ENOENT, () -> chain.attachProgram(program, before));
      refusedWithoutEffect(Errno.ENOENT, () -> chain.attachProgram(program, after));
      refusedWithoutEffect(Errno.ENOENT, () -> chain.detachAt(before.anchor(), 0));
      refusedWithoutEffect(Errno.ENOENT, () -> chain.detachAt(after.anchor(), 0));
    }
  }

  @Test
  void aStaleRevisionIsRefused() {
    Program there = next(1);
    chain.attachProgram(there, AttachOptions.DEFAULT);
    Program program = next(2);

    refusedWithoutEffect(
        Errno.ESTALE, () -> chain.attach(program, AttachOptions.DEFAULT.expecting(1)));
    refusedWithoutEffect(
        Errno.ESTALE, () -> chain.attachProgram(program, AttachOptions.DEFAULT.expecting(3)));
    refusedWithoutEffect(Errno.ESTALE, () -> chain.replaceProgram(there, program, 1));
    refusedWithoutEffect(Errno.ESTALE, () -> chain.detachProgram(there, 1));
    refusedWithoutEffect(Errno.ESTALE, () -> chain.detachAt(Anchor.head(), 7));
  }

  @Test
  void anEmptyChainHasRevisionOneForAttachingAndNoneForDetaching() {
    Program program = next(1);
    refusedWithoutEffect(
        Errno.ESTALE, () -> chain.attach(program, AttachOptions.DEFAULT.expecting(2)));
    refusedWithoutEffect(Errno.ENOENT, () -> chain.detachProgram(program, 2));
    refusedWithoutEffect(Errno.ENOENT, () -> chain.detachAt(Anchor.head(), 0));
    refusedWithoutEffect(Errno.ENOENT, () -> chain.detachAt(Anchor.tail(), 0));
  }

  @Test
  void theFirstRuleThatIsBrokenAnswers() {
    Program there = next(1);
    attach(there);
    Anchor nowhere = new Anchor.Before(new Anchor.ProgramId(UNKNOWN));
    refusedWithoutEffect(
        Errno.ESTALE, () -> chain.attach(there, AttachOptions.at(nowhere).expecting(9)));
    refusedWithoutEffect(Errno.EEXIST, () -> chain.attach(there, AttachOptions.at(nowhere)));
  }

  @Test
  void onlyWhatIsThereCanBeReplacedOrDetached() {
    Program there = next(1);
    chain.attachProgram(there, AttachOptions.DEFAULT);
    Program absent = next(2);
    Program program = next(3);
    refusedWithoutEffect(Errno.ENOENT, () -> chain.replaceProgram(absent, program, 0));
    refusedWithoutEffect(Errno.ENOENT, () -> chain.detachProgram(absent, 0));
  }

  @Test
  void anAnchorWithoutANeighbourOnThatSideHasNothingToDetach() {
    Program only = next(1);
    chain.attachProgram(only, AttachOptions.DEFAULT);
    refusedWithoutEffect(Errno.ENOENT, () -> chain.detachAt(Anchor.before(only), 0));
    refusedWithoutEffect(Errno.ENOENT, () -> chain.detachAt(Anchor.after(only), 0));
  }

  @Test
  void whatALinkOwnsOnlyTheLinkChanges() {
    Program linked = next(1);
    Program bare = next(2);
    Link link = attach(linked);
    chain.attachProgram(bare, AttachOptions.DEFAULT);
    Program program = next(3);
    refusedWithoutEffect(Errno.EBUSY, () -> chain.replaceProgram(linked, program, 0));
    refusedWithoutEffect(Errno.EBUSY, () -> chain.detachProgram(linked, 0));
    refusedWithoutEffect(Errno.EBUSY, () -> chain.detachAt(Anchor.head(), 0));
    refusedWithoutEffect(Errno.EBUSY, () -> chain.detachAt(Anchor.before(bare), 0));
    link.update(program);
    assertThat(chain.query().indexOfLink(link.info().id())).hasValue(0);
  }

  @Test
  void aProgramOfAnotherTypeIsRefused() {
    CodeBuilder code = CodeBuilder.create().move(Register.R0, 2).exit();
    Program xdp =
        closing(
            datapath()
                .programs()
                .load(
                    ProgramSpec.of("xdp_pass", ProgramType.XDP, "Apache-2.0", code.build()),
                    Map.of()));
    refusedWithoutEffect(Errno.EINVAL, () -> chain.attach(xdp));
    refusedWithoutEffect(Errno.EINVAL, () -> chain.attachProgram(xdp, AttachOptions.DEFAULT));
  }

  @Test
  void aDeviceThatIsGoneHasNoChain() {
    testbed().addWire(1);
    Chain gone =
        datapath().chain(new AttachPoint.Tcx(testbed().left().device(1), Direction.INGRESS));
    Program program = next(1);
    gone.attachProgram(program, AttachOptions.DEFAULT);
    testbed().removeWire(1);

    refused(Errno.ENODEV, gone::query);
    refused(Errno.ENODEV, () -> gone.attach(program));
    refused(Errno.ENODEV, () -> gone.attachProgram(program, AttachOptions.DEFAULT));
    refused(Errno.ENODEV, () -> gone.detachProgram(program, 0));
  }

  /** Eight hands attach four programs each, every one on condition of the revision it saw. */
  @Test
  void ofManyHandsWithOneRevisionOneWins() throws Exception {
    int hands = 8;
    int each = 4;
    List<Program> programs = new ArrayList<>();
    for (int number = 1; number <= hands * each; number++) {
      programs.add(next(number));
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(hands)) {
      List<Future<?>> work = new ArrayList<>();
      for (int hand = 0; hand < hands; hand++) {
        List<Program> own = programs.subList(hand * each, (hand + 1) * each);
        work.add(executor.submit(() -> own.forEach(this::attachWhenNobodyMoved)));
      }
      for (Future<?> done : work) {
        done.get();
      }
    }

    ChainState state = chain.query();
    assertThat(state.revision()).isEqualTo(1 + hands * each);
    assertThat(state.entries()).hasSize(hands * each).doesNotHaveDuplicates();
  }

  private void attachWhenNobodyMoved(Program program) {
    boolean attached =
        Await.until(
            () -> {
              long revision = chain.query().revision();
              try {
                chain.attachProgram(program, AttachOptions.DEFAULT.expecting(revision));
                return true;
              } catch (KernelRejected stale) {
                assertThat(stale.is(Errno.ESTALE)).as(stale.getMessage()).isTrue();
                return false;
              }
            },
            done -> done);
    assertThat(attached).isTrue();
  }
}
