package dev.sluice.engine.chain;

import static dev.sluice.engine.chain.ChainFixture.id;
import static dev.sluice.engine.chain.ChainFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EngineLinkTest {
  private static final Path PIN = Path.of("/sys/fs/bpf/link");

  private final ChainFixture fixture = new ChainFixture();
  private final Chain chain = fixture.chain();

  @Test
  void tellsWhatItIs() {
    var a = fixture.program("a", -1);
    Link link = chain.attach(a);

    assertThat(link.info())
        .isEqualTo(LinkInfo.atDevice(link.info().id(), Hook.TCX, id(a), 3, Direction.INGRESS));
    assertThat(fixture.links.list()).containsExactly(link.info());
    assertThat(link).hasToString("link " + link.info().id());
  }

  @Test
  void theLastReferenceTakesTheProgramOut() {
    var a = fixture.program("a", -1);
    Link link = chain.attach(a);
    Link second = fixture.links.open(link.info().id());
    int linkId = link.info().id();
    a.close();
    link.close();
    link.close();
    assertThat(fixture.programIds()).hasSize(1);
    second.close();

    assertThat(fixture.programIds()).isEmpty();
    assertThat(a.program.isAlive()).isFalse();
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> fixture.links.open(linkId));
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(link::info);
  }

  @Test
  void aPinIsAReference() {
    Link link = chain.attach(fixture.program("a", -1));
    int linkId = link.info().id();
    link.pin(PIN);
    assertThat(fixture.links.holders(linkId).processes())
        .extracting("pid")
        .containsExactly(ProcessHandle.current().pid());
    link.close();
    assertThat(fixture.links.holders(linkId).processes()).isEmpty();
    assertThat(fixture.links.holders(linkId).pins()).containsExactly(PIN);
    assertThat(fixture.links.holders()).containsOnlyKeys(linkId);
    try (Link again = fixture.links.openPinned(PIN)) {
      assertThat(again.info().id()).isEqualTo(linkId);
    }
    fixture.machine.pins().unpin(PIN);

    assertThat(fixture.programIds()).isEmpty();
  }

  @Test
  void onlyALinkIsOpenedAsOne() {
    fixture.machine.pins().pin(fixture.program("a", -1).program, PIN);

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> fixture.links.openPinned(PIN))
        .withMessage("no such pinned link: /sys/fs/bpf/link (it is a program)");
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> fixture.links.openPinned(Path.of("/nothing")));
  }

  @Test
  void updateKeepsThePlace() {
    var a = fixture.program("a", -1);
    var b = fixture.program("b", -1);
    var c = fixture.program("c", -1);
    Link link = chain.attach(a);
    chain.attach(b);
    link.update(c, a);

    assertThat(fixture.programIds()).containsExactly(id(c), id(b));
    assertThat(chain.query().revision()).isEqualTo(4);
    assertThat(a.program.references()).isEqualTo(1);
    assertThat(c.program.references()).isEqualTo(2);
  }

  @Test
  void updateToTheSameChangesNothing() {
    var a = fixture.program("a", -1);
    Link link = chain.attach(a);
    link.update(a);

    assertThat(chain.query().revision()).isEqualTo(2);
    assertThat(a.program.references()).isEqualTo(2);
  }

  @Test
  void updatesAreRefusedInWords() {
    var a = fixture.program("a", -1);
    var b = fixture.program("b", -1);
    var c = fixture.program("c", -1);
    Link link = chain.attach(a);
    chain.attach(b);
    int linkId = link.info().id();

    assertThat(refused(Errno.EPERM, () -> link.update(c, b)).getMessage())
        .isEqualTo(
            "update link %d to program %d (c): Operation not permitted (EPERM):"
                    .formatted(linkId, id(c))
                + " link %d runs program %d (a), expected program %d (b)"
                    .formatted(linkId, id(a), id(b)));
    assertThat(refused(Errno.EEXIST, () -> link.update(b)).rule())
        .startsWith(
            "program %d (b) is already in this chain at position 1, under".formatted(id(b)));
    assertThat(
            refused(Errno.EINVAL, () -> link.update(fixture.program("x", ProgramType.XDP, _ -> 2)))
                .rule())
        .contains("is of type xdp, and the link runs program " + id(a) + " (a)");
    link.detach();
    assertThat(refused(Errno.ENOLINK, () -> link.update(c)).rule())
        .isEqualTo("link " + linkId + " is defunct: its device is gone, or it was detached");
  }
}
