package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a link keeps a program attached, changes it, and gives it up. */
@Needs(Feature.TCX)
public abstract class LinkOwnership extends Suite {
  private Chain chain;

  @BeforeEach
  void openChain() {
    chain = tcx(Direction.INGRESS);
  }

  private Program next(int number) {
    return program(number, Verdict.NEXT.number());
  }

  private List<Integer> ran() {
    trace().take();
    passes(Direction.INGRESS, Frame.labelled("link"));
    return trace().take();
  }

  @Test
  void tellsWhatItIs() {
    Program program = next(1);
    Link link = closing(chain.attach(program));
    LinkInfo info = link.info();

    assertThat(info)
        .isEqualTo(
            LinkInfo.atDevice(
                info.id(), Hook.TCX, program.info().id(), device().index(), Direction.INGRESS));
    assertThat(info.id()).isPositive();
    assertThat(info.isDefunct()).isFalse();
    assertThat(datapath().links().list()).contains(info);
  }

  @Test
  void closingTheOnlyReferenceTakesTheProgramOut() {
    Link link = chain.attach(next(1));
    int id = link.info().id();
    assertThat(ran()).containsExactly(1);
    release(chain, link);
    link.close();

    assertThat(chain.query().entries()).isEmpty();
    assertThat(ran()).isEmpty();
    assertGone(() -> datapath().links().open(id));
    assertThat(datapath().links().list()).extracting(LinkInfo::id).doesNotContain(id);
  }

  @Test
  void theProgramStaysAsLongAsAnyReferenceIsOpen() {
    Link link = chain.attach(next(1));
    Link second = datapath().links().open(link.info().id());
    link.close();
    assertThat(ran()).containsExactly(1);
    release(chain, second);

    assertThat(ran()).isEmpty();
  }

  @Test
  void updatePutsAnotherProgramInTheSamePlace() {
    closing(chain.attach(next(1)));
    Link link = closing(chain.attach(next(2)));
    closing(chain.attach(next(3)));
    Program replacement = next(4);
    link.update(replacement);

    assertThat(ran()).containsExactly(1, 4, 3);
    assertThat(link.info().programId()).isEqualTo(replacement.info().id());
  }

  @Test
  void updateToTheSameProgramChangesNothing() {
    Program program = next(1);
    Link link = closing(chain.attach(program));
    long revision = chain.query().revision();
    link.update(program);
    link.update(program, program);

    assertThat(chain.query().revision()).isEqualTo(revision);
    assertThat(ran()).containsExactly(1);
  }

  @Test
  void updateOnConditionOfTheAttachedProgram() {
    Program first = next(1);
    Program second = next(2);
    Link link = closing(chain.attach(first));
    refused(Errno.EPERM, () -> link.update(second, second));
    assertThat(ran()).containsExactly(1);
    link.update(second, first);

    assertThat(ran()).containsExactly(2);
  }

  @Test
  void updateToAProgramOfTheChainIsRefused() {
    Program first = next(1);
    Program second = next(2);
    Link link = closing(chain.attach(first));
    closing(chain.attach(second));

    refused(Errno.EEXIST, () -> link.update(second));
    assertThat(ran()).containsExactly(1, 2);
  }

  @Test
  void detachLeavesTheLinkDefunct() {
    Program program = next(1);
    Link link = closing(chain.attach(program));
    Link second = closing(datapath().links().open(link.info().id()));
    link.detach();

    assertThat(chain.query().entries()).isEmpty();
    assertThat(link.info().isDefunct()).isTrue();
    assertThat(second.info()).isEqualTo(link.info());
    assertThat(link.info().direction()).isEqualTo(Direction.INGRESS);
    assertThat(ran()).isEmpty();
    refused(Errno.ENOLINK, () -> second.update(next(2)));
    refused(Errno.ENOLINK, () -> second.update(program, program));
    second.detach();
    link.detach();
  }

  @Test
  void aDetachedProgramCanBeAttachedAgain() {
    Program program = next(1);
    Link defunct = closing(chain.attach(program));
    defunct.detach();
    closing(chain.attach(program));
    defunct.close();

    assertThat(ran()).containsExactly(1);
  }

  @Test
  void aDeviceThatGoesLeavesItsLinksDefunct() {
    testbed().addWire(1);
    AttachPoint point = new AttachPoint.Tcx(testbed().left().device(1), Direction.EGRESS);
    Program program = next(1);
    Link link = closing(datapath().chain(point).attach(program));
    testbed().removeWire(1);

    assertThat(link.info())
        .isEqualTo(
            LinkInfo.atDevice(
                link.info().id(), Hook.TCX, program.info().id(), 0, Direction.EGRESS));
    refused(Errno.ENOLINK, () -> link.update(next(2)));
    link.detach();
    closing(chain.attach(program));
    assertThat(ran()).containsExactly(1);
  }

  @Test
  void nobodyKnowsALinkThatWasNeverThere() {
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> datapath().links().open(Integer.MAX_VALUE));
  }

  @Test
  void aPinKeepsTheProgramAttached() {
    Path pin = testbed().pinDirectory().resolve("link");
    Program program = next(1);
    Link link = chain.attach(program);
    int id = link.info().id();
    link.pin(pin);
    assertThat(datapath().links().holders(id).pins()).containsExactly(pin);
    link.close();
    assertThat(ran()).containsExactly(1);

    try (Link reopened = datapath().links().openPinned(pin)) {
      assertThat(reopened.info().id()).isEqualTo(id);
      reopened.update(next(2));
    }
    assertThat(ran()).containsExactly(2);
    testbed().unpin(pin);
    // What an inode held is let go some time after it is removed.
    assertThat(Await.until(() -> chain.query().entries(), List::isEmpty)).isEmpty();
    assertThat(ran()).isEmpty();
  }

  @Test
  void aPinCannotBePutWhereSomethingIs() {
    Path pin = testbed().pinDirectory().resolve("taken");
    closing(chain.attach(next(1))).pin(pin);
    Link second = closing(chain.attach(next(2)));

    refused(Errno.EEXIST, () -> second.pin(pin));
  }

  @Test
  void onlyALinkCanBeOpenedAsOne() {
    Path pin = testbed().pinDirectory().resolve("program");
    next(1).pin(pin);

    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> datapath().links().openPinned(pin));
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(
            () -> datapath().links().openPinned(testbed().pinDirectory().resolve("nothing")));
  }

  @Test
  void holdersNamesThisProcess() {
    Link link = closing(chain.attach(next(1)));

    assertThat(datapath().links().holders(link.info().id()).processes())
        .anyMatch(process -> process.pid() == ProcessHandle.current().pid());
  }
}
