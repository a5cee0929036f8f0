package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.AttachPoint.Xdp.Mode;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the kernel says at XDP that the suite cannot know: its words, its modes, its links. */
@ExtendWith({Root.class, FdLeaks.class})
class XdpChainTest {
  private TcxFixture fixture;

  @BeforeEach
  void open() {
    fixture = new TcxFixture();
  }

  @AfterEach
  void close() {
    if (fixture != null) { // null where the test was skipped
      fixture.close();
    }
  }

  private Chain chain(Mode mode) {
    return fixture.datapath.chain(new AttachPoint.Xdp(fixture.device, mode));
  }

  private Program xdp(String name) {
    return fixture.program(name, ProgramType.XDP, 2);
  }

  private static KernelRejected refused(Errno errno, ThrowingCallable call) {
    KernelRejected[] found = new KernelRejected[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KernelRejected.class,
            e -> {
              assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno.number());
              found[0] = e;
            });
    return found[0];
  }

  @Test
  void aLinkHasThePlace() {
    Chain chain = chain(Mode.ANY);
    Program first = xdp("first");
    try (Link link = chain.attach(first)) {
      int id = link.info().id();
      assertThat(chain.query().entries())
          .containsExactly(new ChainEntry(TcxFixture.id(first), id, ChainEntry.Place.NONE));
      Program second = xdp("second");
      String taken =
          "a device has one XDP program, and program %d (first) under link %d held by "
              .formatted(TcxFixture.id(first), id);

      assertThat(refused(Errno.EBUSY, () -> chain.attach(second))).hasMessageContaining(taken);
      assertThat(refused(Errno.EBUSY, () -> chain.attachProgram(second, AttachOptions.DEFAULT)))
          .hasMessageContaining("Can't replace active BPF XDP link")
          .hasMessageContaining(taken);
      assertThat(refused(Errno.EBUSY, () -> chain.detachProgram(first, 0)))
          .hasMessageContaining(taken);
      assertThat(refused(Errno.EBUSY, () -> chain.detachAt(Anchor.head(), 0)))
          .hasMessageContaining(taken);
      link.update(second, first);
      assertThat(link.info().programId()).isEqualTo(TcxFixture.id(second));
    }
    assertThat(chain.query().entries()).isEmpty();
  }

  @Test
  void nativeAndGenericExcludeEachOther() {
    Chain generic = chain(Mode.GENERIC);
    Program program = xdp("one");
    generic.attachProgram(program, AttachOptions.DEFAULT);

    assertThat(chain(Mode.NATIVE).query().entries()).isEmpty();
    assertThat(refused(Errno.EEXIST, () -> chain(Mode.NATIVE).attach(xdp("two"))))
        .hasMessageContaining("native and generic XDP cannot be active at once: a device has one")
        .hasMessageContaining("(one), attached without a link");
    Program other = xdp("other");
    chain(Mode.ANY).replaceProgram(program, other, 0);
    assertThat(generic.query().indexOfProgram(TcxFixture.id(other))).hasValue(0);
    assertThat(refused(Errno.EEXIST, () -> generic.replaceProgram(program, xdp("third"), 0)))
        .hasMessageContaining("Active program does not match expected")
        .hasMessageContaining("is not in this chain");
    chain(Mode.ANY).detachAt(Anchor.tail(), 0);
    assertThat(generic.query().entries()).isEmpty();
  }

  @Test
  void whatXdpHasNotIsRefused() {
    Chain chain = chain(Mode.ANY);
    Program program = xdp("one");
    try (Link link = chain.attach(program)) {
      assertThatThrownBy(() -> chain.attach(xdp("two"), AttachOptions.at(Anchor.before(link))))
          .isInstanceOf(Unsupported.class)
          .hasMessageContaining("a device has one XDP program, so there is no order");
    }
    assertThatThrownBy(() -> chain.attach(program, AttachOptions.DEFAULT.expecting(1)))
        .isInstanceOf(Unsupported.class)
        .hasMessageContaining("XDP does not count its changes");
    assertThat(refused(Errno.EINVAL, () -> chain.attach(fixture.program("tcx"))))
        .hasMessageContaining("is of type sched_cls, and XDP takes xdp");
    assertThat(
            refused(
                Errno.EINVAL,
                () -> chain.attachProgram(fixture.program("tcx"), AttachOptions.DEFAULT)))
        .hasMessageContaining("is of type sched_cls");
    // The words are the driver's own: veth has no hardware.
    assertThatThrownBy(() -> chain(Mode.OFFLOAD).attach(program))
        .isInstanceOf(KernelRejected.class);
  }

  @Test
  void aDeviceThatGoesTakesItsProgramAlong() {
    Device gone = fixture.datapath.kernelDevices().createVeth("g0", "g1", null);
    Chain chain = fixture.datapath.chain(new AttachPoint.Xdp(gone));
    try (Link link = chain.attach(xdp("one"))) {
      fixture.datapath.kernelDevices().delete(gone);
      assertThat(link.info().isDefunct()).isTrue();
      assertThat(refused(Errno.ENOLINK, () -> link.update(xdp("two"))))
          .hasMessageContaining("is defunct");
      assertThat(refused(Errno.ENODEV, chain::query)).hasMessageContaining("g0 (index");
      assertThat(refused(Errno.ENODEV, () -> chain.attach(xdp("three"))))
          .hasMessageContaining("is gone");
    }
  }
}
