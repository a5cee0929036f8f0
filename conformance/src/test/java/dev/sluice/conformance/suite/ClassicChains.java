package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.QdiscEntry;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same chain at the classic hook: what stands in where TCX is missing or not wanted. */
@Needs({Feature.CLSACT, Feature.CLS_BPF})
public abstract class ClassicChains extends TrafficSuite {
  private static final int NEXT = -1;

  private Chain chain;

  @BeforeEach
  void openChain() {
    chain = datapath().chain(new AttachPoint.Tcx(device(), Direction.INGRESS), AttachMode.TC);
  }

  private Program next(int number) {
    return program(number, NEXT);
  }

  private Link attach(Program program, Anchor anchor) {
    return closing(chain.attach(program, AttachOptions.at(anchor)));
  }

  private List<Integer> ranInOrder() {
    trace().take();
    assertThat(passes(Direction.INGRESS, Frame.labelled("classic"))).isTrue();
    return trace().take();
  }

  @Test
  void theModeSaysWhichHookIsUsed() {
    AttachPoint tcx = new AttachPoint.Tcx(device(), Direction.INGRESS);
    AttachPoint clsact = new AttachPoint.Clsact(device(), Direction.INGRESS);
    assertThat(datapath().chain(tcx, AttachMode.TC).query().hook()).isEqualTo(Hook.TC);
    assertThat(datapath().chain(clsact, AttachMode.AUTO).query().hook()).isEqualTo(Hook.TC);
  }

  @Test
  @Needs({Feature.CLSACT, Feature.CLS_BPF, Feature.TCX})
  void autoUsesTcxWhereItIs() {
    AttachPoint tcx = new AttachPoint.Tcx(device(), Direction.INGRESS);
    closing(datapath().chain(tcx, AttachMode.AUTO).attach(next(1)));

    assertThat(datapath().chain(tcx).query().hook()).isEqualTo(Hook.TCX);
    assertThat(datapath().chain(tcx, AttachMode.TCX).query().entries()).hasSize(1);
    assertThat(chain.query().entries()).isEmpty();
  }

  @Test
  void anchorsPutProgramsInOrder() {
    Program first = next(1);
    Program second = next(2);
    attach(first, Anchor.tail());
    attach(second, Anchor.tail());
    attach(next(3), Anchor.head());
    attach(next(4), Anchor.before(second));
    attach(next(5), Anchor.after(first));

    assertThat(ranInOrder()).containsExactly(3, 1, 5, 4, 2);
    assertThat(chain.query().entries()).hasSize(5);
    assertThat(chain.query().revision()).isZero();
    assertThat(chain.query().entries())
        .extracting(entry -> entry.place().priority())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsMadeForAProgramGoesWithIt() {
    List<QdiscEntry> before = qdiscs();
    Program program = next(1);
    Link link = attach(program, Anchor.tail());
    assertThat(link.info().type()).isEqualTo("tc");
    assertThat(link.info().id()).isZero();
    assertThat(link.info().programId()).isEqualTo(program.info().id());
    assertThat(link.info().deviceIndex()).isEqualTo(device().index());
    link.close();
    link.close();

    assertThat(chain.query().entries()).isEmpty();
    assertThat(qdiscs()).hasSameSizeAs(before);
  }

  @Test
  void whatOthersHaveThereStays() {
    addClsact();
    addFilter(Handle.CLSACT_INGRESS, 7, BpfFilter.directAction(next(1), "foreign"));
    Link link = attach(next(2), Anchor.tail());
    assertThat(ranInOrder()).containsExactly(1, 2);
    link.close();

    assertThat(ranInOrder()).containsExactly(1);
    assertThat(filters(Handle.CLSACT_INGRESS)).hasSize(1);
  }

  @Test
  void programsOfOthersAreEntriesToo() {
    addClsact();
    Program foreign = next(1);
    addFilter(Handle.CLSACT_INGRESS, 7, BpfFilter.directAction(foreign, "foreign"));
    attach(next(2), Anchor.before(foreign));

    assertThat(ranInOrder()).containsExactly(2, 1);
    assertThat(chain.query().entries())
        .extracting(ChainEntry::programId)
        .contains(foreign.info().id());
  }

  @Test
  void updatePutsAnotherProgramInTheSamePlace() {
    attach(next(1), Anchor.tail());
    Link link = attach(next(2), Anchor.tail());
    attach(next(3), Anchor.tail());
    link.update(next(4));

    assertThat(ranInOrder()).containsExactly(1, 4, 3);
  }

  @Test
  void refusalsAreThoseOfATcxChain() {
    Program linked = next(1);
    Program bare = next(2);
    Program absent = next(3);
    attach(linked, Anchor.tail());
    chain.attachProgram(bare, AttachOptions.DEFAULT);

    refused(Errno.EEXIST, () -> chain.attach(linked));
    refused(Errno.EEXIST, () -> chain.attachProgram(bare, AttachOptions.DEFAULT));
    refused(Errno.ENOENT, () -> chain.attach(next(4), AttachOptions.at(Anchor.before(absent))));
    refused(Errno.ENOENT, () -> chain.detachProgram(absent, 0));
    refused(Errno.EBUSY, () -> chain.detachProgram(linked, 0));
    assertThat(ranInOrder()).containsExactly(1, 2);
  }

  @Test
  void bareProgramsAreReplacedAndDetached() {
    Program old = next(2);
    Program replacement = next(4);
    chain.attachProgram(next(1), AttachOptions.DEFAULT);
    chain.attachProgram(old, AttachOptions.DEFAULT);
    chain.attachProgram(next(3), AttachOptions.DEFAULT);
    chain.replaceProgram(old, replacement, 0);
    assertThat(ranInOrder()).containsExactly(1, 4, 3);
    chain.detachProgram(replacement, 0);
    assertThat(ranInOrder()).containsExactly(1, 3);
    chain.detachAt(Anchor.head(), 0);

    assertThat(ranInOrder()).containsExactly(3);
  }

  @Test
  void thereIsNoRevisionToExpect() {
    Program program = next(1);
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> chain.attach(program, AttachOptions.DEFAULT.expecting(1)));
  }
}
