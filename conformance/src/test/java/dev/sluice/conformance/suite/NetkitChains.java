package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.AttachPoint.Netkit.Side;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chains of both sides of a netkit pair, which are attached at the primary device. */
@Needs(Feature.NETKIT)
public abstract class NetkitChains extends Suite {
  private static final int PAIR = 1;

  private Chain primary;
  private Chain peer;

  @BeforeEach
  void addPair() {
    testbed().addNetkit(PAIR);
    primary = chain(Side.PRIMARY);
    peer = chain(Side.PEER);
  }

  private Chain chain(Side side) {
    return datapath().chain(new AttachPoint.Netkit(testbed().left().device(PAIR), side));
  }

  private Program next(int number) {
    return program(number, Verdict.NEXT.number());
  }

  private boolean passesFromPrimary(String label) {
    Frame frame = Frame.labelled(label);
    try (Capture capture = testbed().right().capture(testbed().right().device(PAIR))) {
      testbed().left().send(testbed().left().device(PAIR), frame, 0);
      testbed().settle();
      return capture.frames().contains(frame);
    }
  }

  private boolean passesFromPeer(String label) {
    Frame frame = Frame.labelled(label);
    try (Capture capture = testbed().left().capture(testbed().left().device(PAIR))) {
      testbed().right().send(testbed().right().device(PAIR), frame, 0);
      testbed().settle();
      return capture.frames().contains(frame);
    }
  }

  @Test
  void eachSideHasAChainOfItsOwn() {
    closing(primary.attach(next(1)));
    closing(peer.attach(next(2)));
    trace().take();

    assertThat(passesFromPrimary("there")).isTrue();
    assertThat(trace().take()).containsExactly(1);
    assertThat(passesFromPeer("and back")).isTrue();
    assertThat(trace().take()).containsExactly(2);
  }

  @Test
  void verdictsAreThoseOfTcxAndTheRestDrops() {
    Link link = closing(primary.attach(next(1)));
    List<Integer> passing = new ArrayList<>();
    for (int verdict : new int[] {-1, 0, 1, 2, 3, 4, 5, 6, 8}) {
      link.update(program(10 + verdict, verdict));
      if (passesFromPrimary("verdict " + verdict)) {
        passing.add(verdict);
      }
    }
    assertThat(passing).containsExactly(-1, 0);
  }

  @Test
  void programsRunInOrderUntilOneDecides() {
    Program first = next(1);
    Program last = next(3);
    closing(primary.attach(last));
    primary.attachProgram(first, AttachOptions.at(Anchor.head()));
    closing(
        primary.attach(program(2, Verdict.PASS.number()), AttachOptions.at(Anchor.after(first))));
    trace().take();

    assertThat(passesFromPrimary("order")).isTrue();
    assertThat(trace().take()).containsExactly(1, 2);
    assertThat(primary.query().entries()).hasSize(3);
    assertThat(primary.query().revision()).isEqualTo(4);
    refused(Errno.ESTALE, () -> primary.detachProgram(first, 7));
    refused(Errno.EEXIST, () -> primary.attach(first));
    refused(Errno.EBUSY, () -> primary.detachProgram(last, 0));
    primary.detachProgram(first, 4);
    assertThat(peer.query().entries()).isEmpty();
  }

  @Test
  void theRevisionGoesOnThoughAQueryOfAnEmptyChainDoesNotTell() {
    Program one = next(1);
    primary.attachProgram(one, AttachOptions.DEFAULT);
    primary.detachProgram(one, 2);

    assertThat(primary.query().revision()).isEqualTo(1);
    refused(Errno.ESTALE, () -> primary.attachProgram(one, AttachOptions.DEFAULT.expecting(1)));
    primary.attachProgram(one, AttachOptions.DEFAULT.expecting(3));
    assertThat(primary.query().revision()).isEqualTo(4);
  }

  @Test
  void linksTellTheirDeviceAndAreDefunctWhenThePairGoes() {
    Program program = next(1);
    Link link = closing(primary.attach(program));
    Link other = closing(peer.attach(next(2)));
    int device = testbed().left().device(PAIR).index();
    assertThat(link.info())
        .isEqualTo(
            LinkInfo.atDevice(
                link.info().id(), Hook.NETKIT, program.info().id(), device, Direction.EGRESS));
    assertThat(other.info().direction()).isEqualTo(Direction.INGRESS);
    assertThat(primary.query().entries())
        .containsExactly(
            new ChainEntry(program.info().id(), link.info().id(), ChainEntry.Place.NONE));
    testbed().removeWire(PAIR);

    assertThat(link.info().isDefunct()).isTrue();
    assertThat(other.info().isDefunct()).isTrue();
    refused(Errno.ENOLINK, () -> other.update(program));
  }

  @Test
  void onlyThePrimaryDeviceNamesAPair() {
    Chain atPeer =
        testbed()
            .right()
            .datapath()
            .chain(new AttachPoint.Netkit(testbed().right().device(PAIR), Side.PRIMARY));
    refused(Errno.EACCES, () -> atPeer.attach(next(1)));
    Chain atWire = datapath().chain(new AttachPoint.Netkit(device(), Side.PRIMARY));
    refused(Errno.ENXIO, () -> atWire.attach(next(2)));
  }

  @Test
  void aRedirectIsSeenFromTheOtherDevice() {
    // Programs of the peer run where the primary is: what it sends can leave by the wire there.
    closing(peer.attach(load(TracingProgram.redirecting(1, device().index()))));
    Frame frame = Frame.labelled("redirected");
    try (Capture there = testbed().right().capture()) {
      testbed().right().send(testbed().right().device(PAIR), frame, 0);
      assertThat(labels(there, 1)).containsExactly("redirected");
    }
  }

  @Test
  void tcxOfBothDevicesStaysWhereItIs() {
    closing(
        datapath()
            .chain(new AttachPoint.Tcx(testbed().left().device(PAIR), Direction.EGRESS))
            .attach(next(1)));
    closing(primary.attach(next(2)));
    trace().take();
    assertThat(passesFromPrimary("both")).isTrue();
    assertThat(trace().take()).containsExactly(1, 2);
  }
}
