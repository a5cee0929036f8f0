package dev.sluice.kernel.bpf;

import static dev.sluice.kernel.bpf.TcxFixture.id;
import static dev.sluice.kernel.bpf.TcxFixture.idsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AttachType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.bpf.BpfAttr.AttachFlag;
import dev.sluice.kernel.syscall.Fd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the kernel itself does with requests that {@link MprogChain} never makes, or takes care not
 * to: the reasons for its care. Where a new kernel fails one of these, look at {@code
 * kernel/bpf/mprog.c} and {@code kernel/bpf/tcx.c} again.
 */
@ExtendWith({Root.class, FdLeaks.class})
class MprogRulesTest {
  private static final int INGRESS = AttachType.TCX_INGRESS.number();
  private static final int JUNK = 1 << 20;
  private static final int BEFORE = AttachFlag.BEFORE;
  private static final int AFTER = AttachFlag.AFTER;
  private static final int REPLACE = AttachFlag.REPLACE;
  private static final int ID = AttachFlag.ID;
  private static final int LINK = AttachFlag.LINK;

  private TcxFixture fixture;
  private Program a;
  private Program b;
  private Program c;
  private Program d;

  @BeforeEach
  void makeNamespace() {
    fixture = new TcxFixture();
    a = fixture.program("a");
    b = fixture.program("b");
    c = fixture.program("c");
    d = fixture.program("d");
  }

  @AfterEach
  void closeNamespace() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static int fd(Program program) {
    return KernelProgram.of(program).fd().number();
  }

  /** {@code ok} or the name of the error. */
  private static String outcome(long result) {
    return result >= 0 ? "ok" : Errno.nameOf((int) -result);
  }

  private String attach(Program program, int flags, int replace, int relative) {
    return outcome(
        fixture.namespace.call(
            () ->
                BpfSyscall.programAttach(
                    KernelProgram.of(program).fd(),
                    fixture.device.index(),
                    INGRESS,
                    flags,
                    replace,
                    relative,
                    0)));
  }

  private String detach(int program, int flags, int relative) {
    return outcome(
        fixture.namespace.call(
            () ->
                BpfSyscall.programDetach(
                    program, fixture.device.index(), INGRESS, flags, relative, 0)));
  }

  private long link(Program program, int flags, int relative) {
    return fixture.namespace.call(
        () ->
            BpfSyscall.linkCreate(
                KernelProgram.of(program).fd(),
                fixture.device.index(),
                INGRESS,
                flags,
                relative,
                0));
  }

  private void attachAll() {
    assertThat(attach(a, 0, 0, 0)).isEqualTo("ok");
    assertThat(attach(b, 0, 0, 0)).isEqualTo("ok");
    assertThat(attach(c, 0, 0, 0)).isEqualTo("ok");
  }

  @Test
  void unknownFlagsAreRefusedButForLinksWithADirection() {
    assertThat(attach(a, JUNK, 0, 0)).isEqualTo("EINVAL");
    assertThat(attach(a, JUNK | BEFORE, 0, 0)).isEqualTo("EINVAL");
    assertThat(outcome(link(a, JUNK, 0))).isEqualTo("EINVAL");
    long result = link(a, JUNK | BEFORE, 0);
    assertThat(outcome(result)).isEqualTo("ok");
    new Fd((int) result).close();
  }

  @Test
  void linksAreNotReplacedByAttaching() {
    assertThat(outcome(link(a, REPLACE, 0))).isEqualTo("ENOENT");
  }

  @Test
  void anchorsNeedADirectionAndATarget() {
    attachAll();
    assertThat(attach(d, ID, 0, id(a))).isEqualTo("EINVAL");
    assertThat(attach(d, 0, 0, fd(a))).isEqualTo("EINVAL");
    assertThat(attach(d, BEFORE | LINK, 0, 0)).isEqualTo("EINVAL");
    assertThat(attach(d, BEFORE | LINK, 0, fd(a))).isEqualTo("EINVAL");
    assertThat(attach(d, BEFORE | ID, 0, 0)).isEqualTo("ENOENT");
    assertThat(attach(d, BEFORE | AFTER, 0, 0)).isEqualTo("ERANGE");
    assertThat(attach(d, BEFORE | AFTER | ID, 0, id(a))).isEqualTo("ERANGE");
    assertThat(fixture.ids()).isEqualTo(idsOf(a, b, c));
  }

  @Test
  void aReplacementAndItsAnchorMustAgree() {
    attachAll();
    assertThat(attach(d, REPLACE, 999, 0)).isEqualTo("EBADF");
    assertThat(attach(d, REPLACE | BEFORE | ID, fd(b), id(a))).isEqualTo("ERANGE");
    assertThat(attach(d, REPLACE | BEFORE | ID, fd(b), id(c))).isEqualTo("ok");
    assertThat(attach(b, REPLACE | AFTER | ID, fd(d), id(a))).isEqualTo("ok");
    assertThat(attach(b, REPLACE, fd(b), 0)).isEqualTo("EEXIST");
    assertThat(fixture.ids()).isEqualTo(idsOf(a, b, c));
  }

  @Test
  void removingBesideTheOutermostRemovesTheAnchorItself() {
    attachAll();
    assertThat(detach(0, BEFORE | ID, id(a))).isEqualTo("ok");
    assertThat(fixture.ids()).isEqualTo(idsOf(b, c));
    assertThat(detach(0, AFTER | ID, id(c))).isEqualTo("ok");
    assertThat(fixture.ids()).isEqualTo(idsOf(b));
  }

  @Test
  void aNamedProgramAndABareDirectionNeverAgree() {
    attachAll();
    assertThat(detach(fd(a), BEFORE, 0)).isEqualTo("ERANGE");
    assertThat(detach(fd(b), BEFORE, 0)).isEqualTo("ERANGE");
    assertThat(detach(fd(c), AFTER, 0)).isEqualTo("ERANGE");
    assertThat(detach(fd(a), REPLACE, 0)).isEqualTo("EINVAL");
    assertThat(detach(0, ID, id(a))).isEqualTo("EINVAL");
    assertThat(detach(fd(b), BEFORE | ID, id(c))).isEqualTo("ok");
    assertThat(fixture.ids()).isEqualTo(idsOf(a, c));
  }

  @Test
  void theTailOfAFullChainIsRemovedByNameOnly() {
    List<Program> all = new ArrayList<>();
    for (int i = 0; i < Hook.TCX.capacity(); i++) {
      all.add(fixture.program("q" + i));
      assertThat(attach(all.getLast(), 0, 0, 0)).isEqualTo("ok");
    }
    assertThat(attach(a, 0, 0, 0)).isEqualTo("ERANGE");
    assertThat(attach(a, BEFORE | ID, 0, id(b))).as("full before missing").isEqualTo("ERANGE");
    assertThat(attach(all.getFirst(), 0, 0, 0)).as("there before full").isEqualTo("EEXIST");
    assertThat(detach(0, 0, 0)).isEqualTo("ERANGE");
    assertThat(detach(0, AFTER, 0)).isEqualTo("ERANGE");
    assertThat(detach(fd(all.getLast()), 0, 0)).isEqualTo("ok");
    assertThat(detach(0, 0, 0)).isEqualTo("ok");
  }

  @Test
  void aLinkUpdateTakesAnOldProgramOnlyWithItsFlag() {
    try (Fd link = new Fd((int) link(a, 0, 0))) {
      assertThat(outcome(BpfSyscall.linkUpdate(link, KernelProgram.of(b).fd(), 0, fd(a))))
          .isEqualTo("EINVAL");
      assertThat(outcome(BpfSyscall.linkUpdate(link, KernelProgram.of(b).fd(), REPLACE, 0)))
          .isEqualTo("EINVAL");
      assertThat(outcome(BpfSyscall.linkUpdate(link, KernelProgram.of(b).fd(), BEFORE, 0)))
          .isEqualTo("EINVAL");
      assertThat(fixture.ids()).isEqualTo(idsOf(a));
    }
  }

  @Test
  void anchorsMayBeDescriptorsOfLinksAndProgramsUnderLinks() {
    try (Fd link = new Fd((int) link(a, 0, 0))) {
      assertThat(attach(b, BEFORE | LINK, 0, link.number())).isEqualTo("ok");
      assertThat(attach(c, AFTER | ID, 0, id(a))).isEqualTo("ok");
      assertThat(attach(d, BEFORE | LINK | ID, 0, ObjectId.of(link))).isEqualTo("ok");
      assertThat(fixture.ids()).isEqualTo(idsOf(b, d, a, c));
      assertThat(detach(0, AFTER | ID, id(d))).as("a link's entry").isEqualTo("EBUSY");
    }
    assertThat(fixture.ids()).isEqualTo(idsOf(b, d, c));
  }
}
