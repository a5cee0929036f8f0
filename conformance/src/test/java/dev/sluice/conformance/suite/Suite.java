package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Host;
import dev.sluice.conformance.testbed.Testbed;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the areas of the suite have in common: the left host of a new testbed, whose datapath is
 * under test, and programs that write to a {@link Trace}.
 */
public abstract class Suite {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Testbed testbed;
  private Trace trace;

  @BeforeEach
  final void begin(Testbed given) {
    testbed = given;
    trace = closing(new Trace(datapath()));
  }

  @AfterEach
  final void closeEverything() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** Closes something after the test, before what was opened earlier. */
  final <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  final Testbed testbed() {
    return testbed;
  }

  /** The datapath under test. */
  final Datapath datapath() {
    return testbed.left().datapath();
  }

  final TrafficControl trafficControl() {
    return datapath().trafficControl();
  }

  /** The left host's end of wire 0. */
  final Device device() {
    return testbed.left().device();
  }

  final Trace trace() {
    return trace;
  }

  /** The chain of the left host's end of wire 0. */
  final Chain tcx(Direction direction) {
    return datapath().chain(new AttachPoint.Tcx(device(), direction));
  }

  /** A program that writes its number to the trace for each IPv4 packet, and returns a verdict. */
  final Program program(int number, int verdict) {
    return load(TracingProgram.of(number, verdict));
  }

  /** Loads a program that uses the trace. */
  final Program load(TracingProgram program) {
    return closing(program.load(datapath(), trace));
  }

  /** The host that sends packets which pass the left host's hooks in a direction. */
  final Host sender(Direction direction) {
    return direction == Direction.INGRESS ? testbed.right() : testbed.left();
  }

  /** The host that such packets come to. */
  final Host receiver(Direction direction) {
    return direction == Direction.INGRESS ? testbed.left() : testbed.right();
  }

  /** Sends a frame over wire 0 and waits until it has arrived or is lost. */
  final boolean passes(Direction direction, Frame frame) {
    try (Capture capture = receiver(direction).capture()) {
      sender(direction).send(frame);
      testbed.settle();
      return capture.frames().contains(frame);
    }
  }

  /** The labels of the frames that a capture has once it has so many, or ever will. */
  final List<String> labels(Capture capture, int count) {
    testbed.settle();
    return Await.until(capture::frames, frames -> frames.size() >= count).stream()
        .map(Frame::label)
        .toList();
  }

  /**
   * Closes a link and waits until its program is out. Another process that lists the machine's
   * links holds each of them for a moment, and may so be the last to let go.
   */
  static void release(Chain chain, Link link) {
    int id = link.info().id();
    link.close();
    assertThat(Await.until(chain::query, state -> state.indexOfLink(id).isEmpty()).indexOfLink(id))
        .as("place of a link that was closed")
        .isEmpty();
  }

  /** Waits until something cannot be opened any more, for the same reason. */
  static void assertGone(Supplier<? extends AutoCloseable> opening) {
    boolean gone =
        Await.until(
            () -> {
              try (AutoCloseable _ = opening.get()) {
                return false;
              } catch (NotFound e) {
                return true;
              } catch (Exception e) {
                throw new AssertionError("closing failed", e);
              }
            },
            is -> is);
    assertThat(gone).as("that nothing holds it any more").isTrue();
  }

  /** Expects a refusal with an error number. */
  static KernelRejected refused(Errno errno, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("expected a refusal with %s", errno).isInstanceOf(KernelRejected.class);
    KernelRejected rejected = (KernelRejected) thrown;
    assertThat(Errno.nameOf(rejected.errno())).as(rejected.getMessage()).isEqualTo(errno.name());
    return rejected;
  }
}
