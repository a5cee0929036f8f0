package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.AttachPoint.Xdp.Mode;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The XDP program of a device: who has the place, in which mode, and what it does to packets. */
@Needs({Feature.XDP, Feature.XDP_LINK})
public abstract class XdpHooks extends Suite {
  private static final int PASS = 2;

  private Chain chain(Mode mode) {
    return datapath().chain(new AttachPoint.Xdp(device(), mode));
  }

  private Chain chain() {
    return chain(Mode.ANY);
  }

  private Program load(String text) {
    return load(datapath(), text);
  }

  private Program load(Datapath where, String text) {
    return closing(where.programs().load(AssemblyParser.parse("xdp", ".license GPL\n" + text)))
        .programs()
        .values()
        .iterator()
        .next();
  }

  private Program returning(String name, int action) {
    return load(".program %s xdp\n r0 = %d\n exit\n".formatted(name, action));
  }

  /** A program that does something with IPv4 packets, and returns an action. */
  private Program changing(String body, int action) {
    return load(
        """
        .program change xdp
          r6 = r1
          r7 = *(u32 *)(r1 + 0)
          r8 = *(u32 *)(r1 + 4)
          r2 = r7
          r2 += 34
          if r2 > r8 goto other
          r2 = *(u16 *)(r7 + 12)
          if r2 != 8 goto other
        %s
          r0 = %d
        end:
          exit
        other:
          r0 = 2
          exit
        """
            .formatted(body, action));
  }

  private Program redirecting(int device) {
    return changing(
        """
          r1 = %d
          r2 = 0
          call bpf_redirect
          if r0 != 99 goto end
        """
            .formatted(device),
        PASS);
  }

  private static int id(Program program) {
    return program.info().id();
  }

  private List<ChainEntry> entries() {
    return chain().query().entries();
  }

  private static ChainEntry bare(Program program) {
    return new ChainEntry(id(program), 0, ChainEntry.Place.NONE);
  }

  @Test
  void aLinkHasThePlace() {
    Program first = returning("first", PASS);
    Program second = returning("second", PASS);
    Link link = closing(chain().attach(first));
    int number = link.info().id();

    assertThat(link.info())
        .isEqualTo(
            LinkInfo.atDevice(number, Hook.XDP, id(first), device().index(), Direction.INGRESS));
    assertThat(datapath().links().list()).contains(link.info());
    assertThat(entries()).containsExactly(new ChainEntry(id(first), number, ChainEntry.Place.NONE));
    refused(Errno.EBUSY, () -> chain().attach(second));
    refused(Errno.EBUSY, () -> chain().attachProgram(second, AttachOptions.DEFAULT));
    refused(Errno.EBUSY, () -> chain().detachProgram(first, 0));
    refused(Errno.EBUSY, () -> chain().replaceProgram(first, second, 0));
    refused(Errno.EBUSY, () -> chain().detachAt(Anchor.head(), 0));
    refused(Errno.EPERM, () -> link.update(second, second));
    link.update(second, first);
    link.update(second);
    assertThat(entries())
        .containsExactly(new ChainEntry(id(second), number, ChainEntry.Place.NONE));
    refused(Errno.EINVAL, () -> link.update(program(1, Verdict.NEXT.number())));

    link.detach();
    assertThat(link.info().isDefunct()).isTrue();
    assertThat(link.info().programId()).isEqualTo(id(second));
    assertThat(entries()).isEmpty();
    refused(Errno.ENOLINK, () -> link.update(first));
  }

  @Test
  void aLinkThatIsClosedTakesItsProgramOut() {
    Link link = chain().attach(returning("one", PASS));
    release(chain(), link);
    assertThat(entries()).isEmpty();
  }

  @Test
  void aBareProgramIsReplacedAndDetachedByWhoKnowsIt() {
    Program first = returning("first", PASS);
    Program second = returning("second", PASS);
    chain().attachProgram(first, AttachOptions.DEFAULT);

    refused(Errno.EBUSY, () -> chain().attachProgram(second, AttachOptions.DEFAULT));
    refused(Errno.EBUSY, () -> chain().attachProgram(first, AttachOptions.DEFAULT));
    refused(Errno.EBUSY, () -> chain().attach(second));
    refused(Errno.EEXIST, () -> chain().replaceProgram(second, first, 0));
    refused(Errno.EEXIST, () -> chain().detachProgram(second, 0));
    assertThat(entries()).containsExactly(bare(first));
    chain().replaceProgram(first, second, 0);
    assertThat(entries()).containsExactly(bare(second));
    chain().detachProgram(second, 0);
    assertThat(entries()).isEmpty();
    refused(Errno.EEXIST, () -> chain().detachProgram(second, 0));
    refused(Errno.ENOENT, () -> chain().detachAt(Anchor.tail(), 0));
  }

  @Test
  void nativeAndGenericExcludeEachOther() {
    Program one = returning("one", PASS);
    Program other = returning("other", PASS);
    chain(Mode.GENERIC).attachProgram(one, AttachOptions.DEFAULT);

    assertThat(chain(Mode.NATIVE).query().entries()).isEmpty();
    assertThat(chain(Mode.GENERIC).query().entries()).containsExactly(bare(one));
    assertThat(entries()).containsExactly(bare(one));
    refused(Errno.EEXIST, () -> chain(Mode.NATIVE).attach(other));
    // Without a mode, the driver's is meant.
    refused(Errno.EEXIST, () -> chain().attachProgram(other, AttachOptions.DEFAULT));
    refused(Errno.EBUSY, () -> chain(Mode.GENERIC).attach(other));
    refused(Errno.EEXIST, () -> chain(Mode.NATIVE).detachProgram(one, 0));
    chain().replaceProgram(one, other, 0);
    assertThat(chain(Mode.GENERIC).query().entries()).containsExactly(bare(other));
    chain().detachAt(Anchor.tail(), 0);

    Link link = closing(chain().attach(one));
    assertThat(chain(Mode.NATIVE).query().indexOfLink(link.info().id())).hasValue(0);
    refused(Errno.EEXIST, () -> chain(Mode.GENERIC).attachProgram(other, AttachOptions.DEFAULT));
  }

  @Test
  void whatXdpHasNotIsRefused() {
    Program one = returning("one", PASS);
    Link link = closing(chain().attach(one));
    Program two = returning("two", PASS);
    assertThatThrownBy(() -> chain().attach(two, AttachOptions.at(Anchor.before(link))))
        .isInstanceOf(Unsupported.class)
        .hasMessageContaining("there is no order");
    assertThatThrownBy(() -> chain().attach(two, AttachOptions.DEFAULT.expecting(1)))
        .isInstanceOf(Unsupported.class)
        .hasMessageContaining("does not count its changes");
    release(chain(), link);
    Program classifier = program(1, Verdict.NEXT.number());
    refused(Errno.EINVAL, () -> chain().attach(classifier));
    refused(Errno.EINVAL, () -> chain().attachProgram(classifier, AttachOptions.DEFAULT));
    // These devices have no hardware to run it.
    refused(Errno.EINVAL, () -> chain(Mode.OFFLOAD).attach(one));
    assertThat(entries()).isEmpty();
  }

  @Test
  void aDeviceThatGoesTakesItsProgramAlong() {
    testbed().addWire(1);
    Chain chain = datapath().chain(new AttachPoint.Xdp(testbed().left().device(1)));
    Program one = returning("one", PASS);
    Link link = closing(chain.attach(one));
    testbed().removeWire(1);

    assertThat(link.info())
        .isEqualTo(LinkInfo.atDevice(link.info().id(), Hook.XDP, id(one), 0, Direction.INGRESS));
    refused(Errno.ENOLINK, () -> link.update(returning("two", PASS)));
    refused(Errno.ENODEV, chain::query);
    KernelRejected gone = refused(Errno.ENODEV, () -> chain.attach(one));
    assertThat(gone).hasMessageContaining("is gone");
    link.detach();
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "GENERIC"})
  void onlyPassLetsAPacketGoOn(Mode mode) {
    Chain hook = chain(mode);
    closing(tcx(Direction.INGRESS).attach(program(1, Verdict.NEXT.number())));
    Link link = closing(hook.attach(changing("", 0)));
    for (int action : new int[] {0, 1, PASS, 5, -1}) {
      link.update(changing("", action));
      trace().take();
      boolean passed = passes(Direction.INGRESS, Frame.labelled("action " + action));

      assertThat(passed).as("action %d", action).isEqualTo(action == PASS);
      // Those of TCX come behind, and see nothing else.
      assertThat(trace().take()).hasSize(passed ? 1 : 0);
    }
    link.detach();
    assertThat(passes(Direction.INGRESS, Frame.labelled("none"))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "GENERIC"})
  void aPacketGoesOnAsTheProgramLeftIt(Mode mode) {
    // The last byte goes, and the time to live becomes 9.
    closing(
        chain(mode)
            .attach(
                changing(
                    """
                      r2 = 9
                      *(u8 *)(r7 + 22) = r2
                      r1 = r6
                      r2 = -1
                      call bpf_xdp_adjust_tail
                    """,
                    PASS)));
    try (Capture capture = testbed().left().capture()) {
      Frame sent = Frame.labelled("shorter");
      testbed().right().send(sent);
      assertThat(labels(capture, 1)).containsExactly("shorte");
      assertThat(capture.frames().getFirst().bytes().toArray()[22]).isEqualTo((byte) 9);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "GENERIC"})
  void aHeaderThatIsTakenOffIsGoneForTcx(Mode mode) {
    // Four bytes go in front, behind a copy of the addresses: what is left is no IPv4.
    closing(
        chain(mode)
            .attach(
                changing(
                    """
                      r1 = r6
                      r2 = 4
                      call bpf_xdp_adjust_head
                    """,
                    PASS)));
    closing(tcx(Direction.INGRESS).attach(program(1, Verdict.NEXT.number())));
    trace().take();
    assertThat(passes(Direction.INGRESS, Frame.labelled("cut"))).isFalse();
    // The tracing program looks at the protocol, which was read anew.
    assertThat(trace().take()).isEmpty();
  }

  @Test
  void txOfTheStackSendsBackWhateverIsThere() {
    closing(chain(Mode.GENERIC).attach(changing("", 3)));
    assertThat(comesBack("generic")).isTrue();
  }

  @Test
  void txOfADriverNeedsADriverThatIsReady() {
    closing(chain(Mode.NATIVE).attach(changing("", 3)));
    assertThat(comesBack("nobody is ready")).isFalse();
    Chain far = testbed().right().datapath().chain(new AttachPoint.Xdp(testbed().right().device()));
    Program ready = load(testbed().right().datapath(), ".program p xdp\n r0 = 2\n exit\n");
    closing(far.attach(ready));
    assertThat(comesBack("ready")).isTrue();
  }

  /** Whether a frame that the right host sends comes back to it. */
  private boolean comesBack(String label) {
    Frame frame = Frame.labelled(label);
    try (Capture there = testbed().right().capture();
        Capture here = testbed().left().capture()) {
      testbed().right().send(frame);
      testbed().settle();
      assertThat(here.frames()).isEmpty();
      return there.frames().contains(frame);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "GENERIC"})
  void aRedirectLeavesByTheOtherDevice(Mode mode) {
    testbed().addWire(1);
    Device out = testbed().left().device(1);
    if (mode == Mode.NATIVE) {
      Chain far =
          testbed().right().datapath().chain(new AttachPoint.Xdp(testbed().right().device(1)));
      closing(far.attach(returning("ready", PASS)));
    }
    closing(chain(mode).attach(redirecting(out.index())));
    Frame frame = Frame.labelled("redirected");
    try (Capture there = testbed().right().capture(testbed().right().device(1));
        Capture here = testbed().left().capture()) {
      testbed().right().send(frame);
      assertThat(labels(there, 1)).containsExactly("redirected");
      assertThat(here.frames()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "GENERIC"})
  void aRedirectToNoDeviceIsADrop(Mode mode) {
    closing(chain(mode).attach(redirecting(12345)));
    assertThat(passes(Direction.INGRESS, Frame.labelled("lost"))).isFalse();
  }
}
