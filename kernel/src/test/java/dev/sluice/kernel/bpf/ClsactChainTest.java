package dev.sluice.kernel.bpf;

import static dev.sluice.kernel.bpf.TcxFixture.id;
import static dev.sluice.kernel.bpf.TcxFixture.idsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
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
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.netlink.Rtnetlink;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same chain at the classic hook, where a kernel has no TCX or the caller asks for it. */
@ExtendWith({Root.class, FdLeaks.class})
class ClsactChainTest {
  private TcxFixture fixture;
  private TrafficControl trafficControl;
  private Chain chain;

  @BeforeEach
  void makeNamespace() {
    fixture = new TcxFixture();
    trafficControl = fixture.datapath.trafficControl();
    chain = fixture.datapath.chain(fixture.chain.at(), AttachMode.TC);
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

  private List<Integer> ids() {
    return chain.query().entries().stream().map(ChainEntry::programId).toList();
  }

  private boolean hasClsact() {
    return trafficControl.qdiscs(fixture.device).stream()
        .map(QdiscEntry::qdisc)
        .anyMatch(Qdisc.Clsact.class::isInstance);
  }

  private void addClsact() {
    trafficControl.apply(
        Change.OfQdisc.add(
            fixture.device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
  }

  private void addFilter(int priority, Program program) {
    trafficControl.apply(
        Change.OfFilter.add(
            fixture.device,
            Handle.CLSACT_INGRESS,
            priority,
            Change.OfFilter.ALL_PROTOCOLS,
            BpfFilter.directAction(program, "foreign")));
  }

  @Test
  void ordersLinksByAnchorsAndCleansUp() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    Program d = fixture.program("d");
    Program e = fixture.program("e");
    assertThat(chain.query().entries()).isEmpty();
    assertThat(hasClsact()).isFalse();
    try (Link first = chain.attach(a);
        Link last = chain.attach(b);
        Link head = chain.attach(c, at(Anchor.head()));
        Link before = chain.attach(d, at(Anchor.before(last)));
        Link after = chain.attach(e, at(Anchor.after(first)))) {
      assertThat(ids()).isEqualTo(idsOf(c, a, e, d, b));
      assertThat(chain.query().hook()).isEqualTo(Hook.TC);
      assertThat(chain.query().revision()).isZero();
      assertThat(chain.query().entries()).noneMatch(ChainEntry::hasLink);
      assertThat(chain.query().entries().stream().map(entry -> entry.place().priority()))
          .doesNotHaveDuplicates();
      assertThat(List.of(head, before, after)).allMatch(link -> link.info().type().equals("tc"));
      assertThat(first.info().programId()).isEqualTo(id(a));
      assertThat(first.info().isDefunct()).isFalse();
      assertThat(hasClsact()).isTrue();
    }
    assertThat(hasClsact()).as("made by the chain, and empty").isFalse();
    assertThat(ids()).isEmpty();
  }

  @Test
  void leavesForeignQdiscsAndFilters() {
    addClsact();
    Program foreign = fixture.program("foreign");
    addFilter(10, foreign);
    Program a = fixture.program("a");
    try (Link link = chain.attach(a, at(Anchor.head()))) {
      assertThat(ids()).isEqualTo(idsOf(a, foreign));
      assertThat(link.info().deviceIndex()).isEqualTo(fixture.device.index());
    }
    assertThat(ids()).isEqualTo(idsOf(foreign));
    assertThat(hasClsact()).isTrue();
    chain.detachProgram(foreign, 0);
    assertThat(hasClsact()).as("not made by the chain").isTrue();
  }

  @Test
  void refusesAsATcxChainDoes() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    assertRefused(() -> chain.detachProgram(a, 0), Errno.ENOENT, "the chain is empty");
    try (Link link = chain.attach(a)) {
      assertRefused(
          () -> chain.attach(a),
          Errno.EEXIST,
          "program " + id(a) + " (a) is already in this chain");
      assertRefused(
          () -> chain.attach(b, at(Anchor.after(c))),
          Errno.ENOENT,
          "anchor program " + id(c) + " (c) is not in this chain");
      assertRefused(() -> chain.detachProgram(a, 0), Errno.EBUSY, "owns this entry");
      assertRefused(() -> chain.detachAt(Anchor.head(), 0), Errno.EBUSY, "owns this entry");
      assertRefused(() -> chain.replaceProgram(a, b, 0), Errno.EBUSY, "owns this entry");
      assertRefused(() -> chain.replaceProgram(c, b, 0), Errno.ENOENT, "(c) is not in this chain");
      assertRefused(
          () -> link.update(b, c), Errno.EPERM, "runs program " + id(a) + " (a), expected");
      chain.attachProgram(b, AttachOptions.DEFAULT);
      assertRefused(() -> link.update(b), Errno.EEXIST, "already in this chain at position 1");
      chain.replaceProgram(b, c, 0);
      assertThat(ids()).isEqualTo(idsOf(a, c));
      chain.detachAt(Anchor.tail(), 0);
      assertThatExceptionOfType(Unsupported.class)
          .isThrownBy(() -> chain.attach(b, AttachOptions.DEFAULT.expecting(1)))
          .withMessageContaining("clsact filters count no revision");
      assertThatExceptionOfType(Unsupported.class)
          .isThrownBy(() -> link.pin(Path.of("/sys/fs/bpf/x")))
          .withMessageContaining("the kernel has links at TCX only");
    }
    assertThat(hasClsact()).isFalse();
  }

  @Test
  void updatesInPlaceAndDetaches() {
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    try (Link first = chain.attach(a);
        Link second = chain.attach(b)) {
      ChainEntry.Place place = chain.query().entries().getFirst().place();
      first.update(c, a);
      assertThat(ids()).isEqualTo(idsOf(c, b));
      assertThat(chain.query().entries().getFirst().place()).isEqualTo(place);
      first.detach();
      first.detach();
      assertThat(first.info().isDefunct()).isTrue();
      assertRefused(() -> first.update(a), Errno.ENOLINK, "the link is defunct");
      assertThat(ids()).isEqualTo(idsOf(b));
      assertThat(second.info().isDefunct()).isFalse();
    }
    assertThat(hasClsact()).isFalse();
  }

  @Test
  void closesOnlyItsOwnFilter() {
    Program a = fixture.program("a");
    Program other = fixture.program("other");
    addClsact();
    try (Link link = chain.attach(a)) {
      FilterEntry entry = only();
      // Somebody puts another program into our filter: it is theirs from then on.
      trafficControl.apply(
          new Change.OfFilter(
              Change.Verb.REPLACE,
              fixture.device,
              entry.parent(),
              entry.priority(),
              entry.protocol(),
              null,
              entry.handle(),
              "bpf",
              BpfFilter.directAction(other, "other"),
              null));
      assertThat(link.info().isDefunct()).isTrue();
    }
    assertThat(ids()).isEqualTo(idsOf(other));
  }

  private FilterEntry only() {
    List<FilterEntry> filters =
        trafficControl.filters(fixture.device, Handle.CLSACT_INGRESS).stream()
            .filter(entry -> entry.filter() != null)
            .toList();
    assertThat(filters).hasSize(1);
    return filters.getFirst();
  }

  @Test
  void movesNothingWhereNoPriorityIsFree() {
    addClsact();
    Program a = fixture.program("a");
    Program b = fixture.program("b");
    Program c = fixture.program("c");
    addFilter(1, a);
    addFilter(2, b);
    assertRefused(
        () -> chain.attach(c, at(Anchor.after(a))),
        Errno.ENOSPC,
        "no priority is free between priorities 1 and 2, and filters that are there are not moved");
    assertRefused(() -> chain.attach(c, at(Anchor.head())), Errno.ENOSPC, "free before priority 1");
    chain.attach(c, at(Anchor.tail())).close();
    addFilter(2, c);
    assertThat(ids()).as("the newest of a priority runs first").isEqualTo(idsOf(a, c, b));
    Program d = fixture.program("d");
    assertRefused(() -> chain.attach(d, at(Anchor.before(b))), Errno.ENOSPC, "shares priority 2");
    try (Link link = chain.attach(d, at(Anchor.after(b)))) {
      assertThat(ids()).isEqualTo(idsOf(a, c, b, d));
      assertThat(link.info().isDefunct()).isFalse();
    }
    assertThat(ids()).isEqualTo(idsOf(a, c, b));
  }

  @Test
  void goesBehindFiltersOfOtherKinds() {
    addClsact();
    U32 any =
        new U32(
            Handle.of(1, 1),
            0,
            0,
            0,
            U32.Selector.terminal(List.of(new U32.Key(0, 0, 0, 0))),
            null,
            null,
            0,
            List.of(),
            null,
            null);
    trafficControl.apply(
        Change.OfFilter.add(
            fixture.device, Handle.CLSACT_INGRESS, 7, Change.OfFilter.ALL_PROTOCOLS, any));
    Program a = fixture.program("a");
    try (Link link = chain.attach(a, at(Anchor.head()))) {
      assertThat(chain.query().entries().getFirst().place().priority()).isLessThan(7);
      assertThat(link.info().isDefunct()).isFalse();
    }
    try (Link link = chain.attach(a)) {
      assertThat(chain.query().entries().getFirst().place().priority()).isGreaterThan(7);
      assertThat(link.info().isDefunct()).isFalse();
    }
  }

  @Test
  void leavesNothingBehindARefusal() {
    Program a = fixture.program("a");
    assertRefused(
        () -> chain.attach(a, at(Anchor.before(fixture.program("b")))), Errno.ENOENT, "anchor");
    assertThat(hasClsact()).isFalse();
    trafficControl.apply(
        Change.OfQdisc.add(
            fixture.device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Ingress()));
    AttachPoint egress = new AttachPoint.Tcx(fixture.device, Direction.EGRESS);
    assertRefused(
        () -> fixture.datapath.chain(egress, AttachMode.TC).attach(a).close(),
        Errno.EEXIST,
        "has a qdisc ingress where clsact would go");
    try (Link link = chain.attach(a)) {
      assertThat(link.info().isDefunct()).isFalse();
    }
  }

  @Test
  void aRemovedDeviceLeavesADefunctLink() {
    Program a = fixture.program("a");
    try (Link link = chain.attach(a)) {
      fixture.datapath.kernelDevices().delete(fixture.device);
      assertThat(link.info().isDefunct()).isTrue();
      assertRefused(chain::query, Errno.ENODEV, "device v0 (index ", ") is gone");
      assertRefused(() -> chain.attach(fixture.program("b")), Errno.ENODEV, "is gone");
    }
  }

  @Test
  void automaticModeFollowsTheProbe() {
    AttachPoint.Tcx at = new AttachPoint.Tcx(fixture.device, Direction.EGRESS);
    Program a = fixture.program("a");
    for (Support support :
        List.of(
            new Support.Missing("a test says so"),
            new Support.Supported(),
            new Support.Unknown("a test says so"))) {
      Rtnetlink rtnetlink = new Rtnetlink(fixture.namespace);
      Chain auto =
          new KernelChains(
                  fixture.namespace, rtnetlink, () -> trafficControl, _ -> true, () -> support)
              .at(at, AttachMode.AUTO);
      try (rtnetlink;
          Link link = auto.attach(a)) {
        boolean missing = support instanceof Support.Missing;
        assertThat(auto.query().hook()).isEqualTo(missing ? Hook.TC : Hook.TCX);
        assertThat(link.info().type()).isEqualTo(missing ? "tc" : "tcx");
      }
      assertThat(hasClsact()).isFalse();
    }
  }

  @Test
  void theProbeAsksTheKernel() {
    assertThat(new TcxProbe(fixture.namespace).get())
        .isEqualTo(new TcxProbe(NetworkNamespace.current()).get());
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(
            () ->
                fixture.datapath.chain(
                    new AttachPoint.Clsact(fixture.device, Direction.INGRESS), AttachMode.TCX));
  }
}
