package dev.sluice.kernel.bpf;

import static dev.sluice.kernel.bpf.TcxFixture.id;
import static dev.sluice.kernel.bpf.TcxFixture.idsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of {@code kernel/bpf/mprog.c} and {@code kernel/bpf/tcx.c}, against the kernel. */
@ExtendWith({Root.class, FdLeaks.class})
class MprogChainTest {
  private TcxFixture fixture;
  private MprogChain chain;

  @BeforeEach
  void makeNamespace() {
    fixture = new TcxFixture();
    chain = fixture.chain;
  }

  @AfterEach
  void closeNamespace() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static void assertRefused(ThrowingCallable call, Errno errno, String... words) {
    assertThatExceptionOfType(KernelRejected.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.is(errno)).as(e.getMessage()).isTrue())
        .satisfies(e -> assertThat(e.rule()).as(e.getMessage()).contains(words));
  }

  private static AttachOptions at(Anchor anchor) {
    return AttachOptions.at(anchor);
  }

  @Test
  void isEmptyWithRevisionOneBeforeItIsUsed() {
    assertThat(chain.query().entries()).isEmpty();
    assertThat(chain.query().revision()).isEqualTo(1);
  }

  @Test
  void ordersLinksByAnchors() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    Program d = fixture.program("d");
    Program e = fixture.program("e");
    try (Link first = chain.attach(a);
        Link last = chain.attach(b);
        Link head = chain.attach(c, at(Anchor.head()));
        Link before = chain.attach(d, at(Anchor.before(last)));
        Link after = chain.attach(e, at(Anchor.after(a)))) {
      assertThat(fixture.ids()).isEqualTo(idsOf(c, a, e, d, b));
      assertThat(chain.query().revision()).isEqualTo(6);
      assertThat(List.of(first, head, before, after)).allMatch(l -> l.info().type().equals("tcx"));
    }
    assertThat(fixture.ids()).isEmpty();
    assertThat(chain.query().revision()).as("starts over once empty").isEqualTo(1);
  }

  @Test
  void mixesBareProgramsAndLinks() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    chain.attachProgram(a, AttachOptions.DEFAULT);
    try (Link link = chain.attach(b, at(Anchor.before(a)))) {
      chain.attachProgram(c, at(Anchor.after(link)));
      assertThat(fixture.ids()).isEqualTo(idsOf(b, c, a));
      assertThat(chain.query().entries().get(0).linkId()).isEqualTo(link.info().id());
      assertThat(chain.query().entries().get(1).hasLink()).isFalse();
      chain.detachProgram(a, 0);
      chain.detachProgram(c, 0);
    }
    assertThat(fixture.ids()).isEmpty();
  }

  @Test
  void refusesAStaleRevision() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    try (Link link = chain.attach(a)) {
      AttachOptions stale = AttachOptions.DEFAULT.expecting(1);
      assertRefused(
          () -> chain.attach(b, stale),
          Errno.ESTALE,
          "revision is 2, expected 1 (someone changed the chain meanwhile)");
      assertRefused(() -> chain.attachProgram(b, stale), Errno.ESTALE, "revision is 2, expected 1");
      assertRefused(() -> chain.replaceProgram(a, b, 1), Errno.ESTALE, "revision is 2, expected 1");
      assertRefused(() -> chain.detachProgram(a, 1), Errno.ESTALE, "revision is 2, expected 1");
      assertRefused(() -> chain.detachAt(Anchor.head(), 1), Errno.ESTALE, "revision is 2");
      assertThat(link.info().programId()).isEqualTo(id(a));
      chain.attach(b, AttachOptions.DEFAULT.expecting(2)).close();
    }
  }

  @Test
  void refusesAProgramThatIsThereAlready() {
    Program a = fixture.program("drop");
    Program b = fixture.program("b");
    try (Link link = chain.attach(a)) {
      String me = "[" + ProcessHandle.current().pid() + "]";
      assertRefused(
          () -> chain.attach(a),
          Errno.EEXIST,
          "program " + id(a) + " (drop) is already in this chain at position 0, under link ",
          link.info().id() + " held by ",
          me);
      chain.attachProgram(b, AttachOptions.DEFAULT);
      assertRefused(
          () -> chain.attachProgram(b, AttachOptions.DEFAULT),
          Errno.EEXIST,
          "is already in this chain at position 1, attached without a link");
      assertRefused(() -> chain.replaceProgram(b, b, 0), Errno.EEXIST, "already in this chain");
      assertRefused(() -> link.update(b), Errno.EEXIST, "already in this chain at position 1");
      chain.detachProgram(b, 0);
    }
  }

  @Test
  void refusesAnAnchorThatIsNotThere() {
    Program a = fixture.program("a");
    Program other = fixture.program("other");
    assertRefused(
        () -> chain.attach(a, at(Anchor.before(other))),
        Errno.ENOENT,
        "anchor program " + id(other) + " (other) is not in this chain");
    Anchor gone = new Anchor.After(new Anchor.ProgramId(Integer.MAX_VALUE));
    assertRefused(
        () -> chain.attachProgram(a, at(gone)),
        Errno.ENOENT,
        "anchor program " + Integer.MAX_VALUE + " is not in this chain");
    Anchor goneLink = new Anchor.After(new Anchor.LinkId(Integer.MAX_VALUE));
    assertRefused(() -> chain.attach(a, at(goneLink)), Errno.ENOENT, "anchor link ");
    assertThat(fixture.ids()).as("a refusal leaves nothing behind").isEmpty();
  }

  @Test
  void replacesABareProgramInPlace() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    chain.attachProgram(a, AttachOptions.DEFAULT);
    try (Link link = chain.attach(b)) {
      chain.replaceProgram(a, c, 3);
      assertThat(fixture.ids()).isEqualTo(idsOf(c, b));
      assertThat(chain.query().revision()).isEqualTo(4);
      assertRefused(
          () -> chain.replaceProgram(a, fixture.program("d"), 0),
          Errno.ENOENT,
          "program " + id(a) + " (a) is not in this chain");
      assertRefused(
          () -> chain.replaceProgram(b, a, 0),
          Errno.EBUSY,
          "link " + link.info().id() + " owns this entry (held by ",
          "; only its holder can replace or remove it");
    }
    chain.detachProgram(c, 0);
  }

  @Test
  void detachesBarePrograms() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    assertRefused(() -> chain.detachProgram(a, 0), Errno.ENOENT, "the chain is empty");
    try (Link link = chain.attach(a)) {
      assertRefused(() -> chain.detachProgram(a, 0), Errno.EBUSY, "link " + link.info().id());
      assertRefused(
          () -> chain.detachProgram(b, 0), Errno.ENOENT, "program " + id(b) + " (b) is not in");
      assertRefused(() -> chain.detachAt(Anchor.head(), 0), Errno.EBUSY, "owns this entry");
      assertRefused(() -> chain.detachAt(Anchor.tail(), 0), Errno.EBUSY, "owns this entry");
    }
  }

  @Test
  void detachesAtAnchors() {
    List<Program> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Program program = fixture.program("p" + i);
      all.add(program);
      chain.attachProgram(program, AttachOptions.DEFAULT);
    }
    chain.detachAt(Anchor.head(), 0);
    chain.detachAt(Anchor.tail(), 0);
    assertThat(fixture.ids()).isEqualTo(idsOf(all.get(1), all.get(2), all.get(3), all.get(4)));
    chain.detachAt(Anchor.before(all.get(3)), 0);
    assertThat(fixture.ids()).isEqualTo(idsOf(all.get(1), all.get(3), all.get(4)));
    chain.detachAt(Anchor.after(all.get(3)), chain.query().revision());
    assertThat(fixture.ids()).isEqualTo(idsOf(all.get(1), all.get(3)));
    assertRefused(
        () -> chain.detachAt(Anchor.before(all.get(1)), 0),
        Errno.ENOENT,
        "there is no program before program " + id(all.get(1)));
    assertRefused(
        () -> chain.detachAt(Anchor.after(all.get(3)), 0),
        Errno.ENOENT,
        "there is no program after program " + id(all.get(3)));
    assertRefused(
        () -> chain.detachAt(Anchor.after(all.get(5)), 0), Errno.ENOENT, "is not in this chain");
    chain.detachAt(Anchor.head(), 0);
    chain.detachAt(Anchor.tail(), 0);
    assertRefused(() -> chain.detachAt(Anchor.tail(), 0), Errno.ENOENT, "the chain is empty");
  }

  @Test
  void holdsSixtyThreePrograms() {
    List<Program> all = new ArrayList<>();
    for (int i = 0; i < Hook.TCX.capacity(); i++) {
      Program program = fixture.program("p" + i);
      all.add(program);
      chain.attachProgram(program, at(i % 2 == 0 ? Anchor.tail() : Anchor.head()));
    }
    assertThat(chain.query().entries()).hasSize(63);
    Program more = fixture.program("more");
    assertRefused(() -> chain.attach(more), Errno.ERANGE, "the chain is full: 63 programs");
    assertRefused(
        () -> chain.attach(more, at(Anchor.head())),
        Errno.ERANGE,
        "the chain is full: 63 programs");
    assertRefused(
        () -> chain.attachProgram(more, at(Anchor.before(all.getFirst()))),
        Errno.ERANGE,
        "the chain is full: 63 programs");
    chain.replaceProgram(all.getFirst(), more, 0);
    assertThat(fixture.ids()).contains(id(more)).hasSize(63);
    chain.detachAt(Anchor.tail(), 0);
    assertThat(fixture.ids()).hasSize(62);
    while (!fixture.ids().isEmpty()) {
      chain.detachAt(Anchor.head(), 0);
    }
  }

  @Test
  void refusesProgramsOfOtherTypes() {
    Program xdp =
        fixture.datapath.programs().load(TestPrograms.returning("x", ProgramType.XDP, 2), Map.of());
    try (xdp) {
      assertRefused(
          () -> chain.attach(xdp),
          Errno.EINVAL,
          "program " + id(xdp) + " (x) is of type xdp, and TCX takes sched_cls");
      assertRefused(
          () -> chain.attachProgram(xdp, AttachOptions.DEFAULT), Errno.EINVAL, "is of type xdp");
      Program a = fixture.program("a");
      assertRefused(
          () -> chain.attach(a, at(Anchor.before(xdp))),
          Errno.EINVAL,
          "the anchor's program is not of type sched_cls");
    }
  }

  @Test
  void updatesALinkInPlace() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    try (Link first = chain.attach(a);
        Link second = chain.attach(b)) {
      first.update(c);
      assertThat(fixture.ids()).isEqualTo(idsOf(c, b));
      assertThat(chain.query().revision()).isEqualTo(4);
      first.update(c);
      assertThat(chain.query().revision()).as("same program: no change").isEqualTo(4);
      first.update(a, c);
      assertThat(fixture.ids()).isEqualTo(idsOf(a, b));
      assertRefused(
          () -> first.update(c, b),
          Errno.EPERM,
          "link " + first.info().id() + " runs program " + id(a) + " (a), expected program ",
          id(b) + " (b)");
      assertThat(second.info().programId()).isEqualTo(id(b));
    }
  }

  @Test
  void aDetachedLinkIsDefunct() {
    Program a = fixture.program("a");
    try (Link link = chain.attach(a)) {
      assertThat(link.info().deviceIndex()).isEqualTo(fixture.device.index());
      link.detach();
      link.detach();
      assertThat(fixture.ids()).isEmpty();
      assertThat(link.info().isDefunct()).isTrue();
      assertRefused(
          () -> link.update(fixture.program("b")),
          Errno.ENOLINK,
          "link " + link.info().id() + " is defunct");
    }
  }

  @Test
  void aRemovedDeviceLeavesDefunctLinks() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    try (Link link = chain.attach(a)) {
      chain.attachProgram(b, AttachOptions.DEFAULT);
      fixture.datapath.kernelDevices().delete(fixture.device);
      assertThat(link.info().isDefunct()).isTrue();
      assertRefused(() -> link.update(b), Errno.ENOLINK, "its device is gone");
      assertRefused(chain::query, Errno.ENODEV, "device v0 (index ", ") is gone");
      assertRefused(() -> chain.attach(b), Errno.ENODEV, "is gone");
      assertRefused(() -> chain.detachProgram(b, 0), Errno.ENODEV, "is gone");
      link.detach();
    }
  }

  @Test
  void closingALinkTwiceIsOnce() {
    Program a = fixture.program("a");
    Link link = chain.attach(a);
    link.close();
    link.close();
    assertThat(fixture.ids()).isEqualTo(Collections.emptyList());
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(link::info);
  }
}
