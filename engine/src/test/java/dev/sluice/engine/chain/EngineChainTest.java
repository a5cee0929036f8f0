package dev.sluice.engine.chain;

import static dev.sluice.engine.chain.ChainFixture.id;
import static dev.sluice.engine.chain.ChainFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineChainTest {
  private final ChainFixture fixture = new ChainFixture();
  private final Chain chain = fixture.chain();

  private ChainFixture.Handle next(String name) {
    return fixture.program(name, -1);
  }

  private ChainFixture.Handle attached(String name, Anchor anchor) {
    ChainFixture.Handle program = next(name);
    chain.attachProgram(program, AttachOptions.at(anchor));
    return program;
  }

  @Test
  void beginsEmptyWithRevisionOne() {
    assertThat(chain.query()).isEqualTo(new ChainState(chain.at(), Hook.TCX, 1, List.of()));
  }

  @Test
  void anchorsSayWhereAProgramGoes() {
    var a = attached("a", Anchor.tail());
    var b = attached("b", Anchor.tail());
    var c = attached("c", Anchor.head());
    var d = attached("d", Anchor.before(b));
    var e = attached("e", Anchor.after(b));

    assertThat(fixture.programIds()).containsExactly(id(c), id(a), id(d), id(b), id(e));
    assertThat(chain.query().revision()).isEqualTo(6);
  }

  @Test
  void aProgramIsInAChainOnlyOnce() {
    var a = next("drop");
    Link link = chain.attach(a);

    assertThat(refused(Errno.EEXIST, () -> chain.attach(a)).getMessage())
        .isEqualTo(
            "attach program %d (drop) to tcx:eth0/ingress: File exists (EEXIST): program %d (drop)"
                    .formatted(id(a), id(a))
                + " is already in this chain at position 0, under link %d held by %s[%d]"
                    .formatted(
                        link.info().id(),
                        fixture.links.holders(link.info().id()).processes().getFirst().command(),
                        ProcessHandle.current().pid()));
  }

  @Test
  void theChecksComeInOrder() {
    var a = attached("a", Anchor.tail());
    Anchor unknown = new Anchor.Before(new Anchor.ProgramId(4242));
    Anchor absent = Anchor.after(next("absent"));

    refused(Errno.ESTALE, () -> chain.attach(a, AttachOptions.at(unknown).expecting(9)));
    refused(Errno.EEXIST, () -> chain.attach(a, AttachOptions.at(unknown)));
    for (int i = 1; i < Hook.TCX.capacity(); i++) {
      attached("p" + i, Anchor.tail());
    }
    var late = next("late");
    refused(Errno.ENOENT, () -> chain.attach(late, AttachOptions.at(unknown)));
    assertThat(refused(Errno.ERANGE, () -> chain.attach(late, AttachOptions.at(absent))).rule())
        .isEqualTo("the chain is full: 63 programs");
  }

  @Test
  void aRefusedLinkLeavesNothingBehind() {
    var a = attached("a", Anchor.tail());
    int references = a.program.references();
    refused(Errno.EEXIST, () -> chain.attach(a));

    assertThat(a.program.references()).isEqualTo(references);
    assertThat(fixture.links.list()).isEmpty();
  }

  @Test
  void aProgramOfAnotherTypeIsRefused() {
    var xdp = fixture.program("xdp", ProgramType.XDP, _ -> 2);
    assertThat(refused(Errno.EINVAL, () -> chain.attach(xdp)).rule())
        .isEqualTo("program %d (xdp) is of type xdp, and TCX takes sched_cls".formatted(id(xdp)));
    refused(Errno.EINVAL, () -> chain.detachProgram(xdp, 0));
    var a = next("a");
    assertThat(
            refused(Errno.EINVAL, () -> chain.attach(a, AttachOptions.at(Anchor.before(xdp))))
                .rule())
        .isEqualTo("the anchor's program is not of type sched_cls");
  }

  @Test
  void replacingKeepsThePlace() {
    var a = attached("a", Anchor.tail());
    var b = attached("b", Anchor.tail());
    var c = next("c");
    chain.replaceProgram(a, c, 3);

    assertThat(fixture.programIds()).containsExactly(id(c), id(b));
    assertThat(a.program.references()).isEqualTo(1);
    refused(Errno.ENOENT, () -> chain.replaceProgram(a, next("d"), 0));
    refused(Errno.EEXIST, () -> chain.replaceProgram(c, c, 0));
    refused(Errno.ESTALE, () -> chain.replaceProgram(c, a, 3));
  }

  @Test
  void whatALinkOwnsOnlyTheLinkChanges() {
    var a = next("a");
    Link link = chain.attach(a);
    int linkId = link.info().id();

    assertThat(refused(Errno.EBUSY, () -> chain.detachProgram(a, 0)).rule())
        .startsWith("link " + linkId + " owns this entry (held by ")
        .endsWith("; only its holder can replace or remove it");
    refused(Errno.EBUSY, () -> chain.replaceProgram(a, next("b"), 0));
    refused(Errno.EBUSY, () -> chain.detachAt(Anchor.tail(), 0));
  }

  @Test
  void aBareProgramIsHeldByTheChain() {
    var a = next("a");
    chain.attachProgram(a, AttachOptions.DEFAULT);
    a.close();
    assertThat(a.program.isAlive()).isTrue();
    chain.detachAt(Anchor.head(), 0);

    assertThat(a.program.isAlive()).isFalse();
  }

  @Test
  void detachingLooksForTheChainBeforeItsRevision() {
    var a = next("a");
    assertThat(refused(Errno.ENOENT, () -> chain.detachProgram(a, 7)).rule())
        .isEqualTo("the chain is empty");
    fixture.ingress.keep(true);
    refused(Errno.ESTALE, () -> chain.detachProgram(a, 7));
    refused(Errno.ENOENT, () -> chain.detachProgram(a, 1));
    refused(Errno.ENOENT, () -> chain.detachAt(Anchor.before(a), 0));
  }

  @Test
  void theRevisionStartsOverUnlessAQdiscKeepsTheChain() {
    attached("a", Anchor.tail());
    chain.detachAt(Anchor.head(), 2);
    assertThat(chain.query().revision()).isEqualTo(1);
    fixture.ingress.keep(true);
    attached("b", Anchor.tail());
    chain.detachAt(Anchor.head(), 2);
    assertThat(chain.query().revision()).isEqualTo(3);
    fixture.ingress.keep(false);

    assertThat(chain.query().revision()).isEqualTo(1);
  }

  @Test
  void aDeviceThatIsGoneHasNoChain() {
    var a = attached("a", Anchor.tail());
    var b = next("b");
    Link link = chain.attach(b);
    fixture.removeDevice();

    assertThat(refused(Errno.ENODEV, chain::query).rule())
        .isEqualTo("device eth0 (index 3) is gone");
    refused(Errno.ENODEV, () -> chain.detachAt(Anchor.head(), 0));
    assertThat(link.info().isDefunct()).isTrue();
    assertThat(link.info().programId()).isEqualTo(id(b));
    assertThat(a.program.references()).isEqualTo(1);
    refused(Errno.ENOLINK, () -> link.update(a));
    link.detach();
    link.close();
    assertThat(b.program.references()).isEqualTo(1);
  }

  @Test
  void theModeSaysWhichHook() {
    AttachPoint tcx = new AttachPoint.Tcx(fixture.device, Direction.EGRESS);
    AttachPoint clsact = new AttachPoint.Clsact(fixture.device, Direction.EGRESS);
    assertThat(fixture.chains.at(tcx, AttachMode.TCX).query().hook()).isEqualTo(Hook.TCX);
    assertThat(fixture.chains.at(tcx, AttachMode.AUTO).query().hook()).isEqualTo(Hook.TCX);
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> fixture.chains.at(clsact, AttachMode.TCX));
  }

  @Test
  void theStateNamesThePlaceAsItWasAskedFor() {
    AttachPoint renamed = new AttachPoint.Tcx(new Device(3, "if3"), Direction.INGRESS);

    assertThat(fixture.chains.at(renamed, AttachMode.AUTO).query().at()).isEqualTo(renamed);
  }
}
