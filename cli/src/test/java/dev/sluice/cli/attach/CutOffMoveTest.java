package dev.sluice.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.order.Mover;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.kernel.bpf.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moves that end wherever they are: what is pinned stays, what was only held is gone. */
class CutOffMoveTest {
  private static final int MOST_STEPS = 40;

  private Testbed bed;

  @BeforeEach
  void open() {
    bed = Testbed.create();
  }

  @AfterEach
  void close() {
    if (bed != null) { // null where the test was skipped
      bed.close();
    }
  }

  /** Ends the move. */
  private static final class CutOff extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Pins of a move that is cut off at a step. */
  private record CutAt(Mover.Keep keep, AtomicInteger left) implements Mover.Keep {
    private void step() {
      if (left.getAndDecrement() == 0) {
        throw new CutOff();
      }
    }

    @Override
    public Path link() {
      step();
      return keep.link();
    }

    @Override
    public Path table() {
      return keep.table();
    }

    @Override
    public void remove(Path pin) {
      step();
      keep.remove(pin);
      step();
    }
  }

  /**
   * Where programs are moved.
   *
   * @param address the hook, as it is named
   * @param at the hook
   * @param type the type of its programs
   * @param passing what they return
   */
  private record Where(String address, AttachPoint at, String type, int passing) {}

  @Test
  void inADevicesChainTheProgramStaysAndTheNextOrderEndsTheMove() {
    Device device = bed.datapath().device("in0");
    check(
        new Where("tcx:in0/ingress", new AttachPoint.Tcx(device, Direction.INGRESS), "tcx", -1), 5);
  }

  @Test
  void inAControlGroupTheProgramStaysAndTheNextOrderEndsTheMove() throws IOException {
    List<Path> mounts = ControlGroup.mounts();
    assumeTrue(!mounts.isEmpty(), "no control groups of version 2 are mounted");
    assumeTrue(ControlGroup.orderSupport() instanceof Support.Supported, "no order of groups");
    Path group = mounts.getFirst().resolve("sluice-move-" + ProcessHandle.current().pid());
    Files.createDirectory(group);
    try {
      AttachPoint at = new AttachPoint.Cgroup(group, Direction.EGRESS);
      check(new Where("cgroup:" + group + "/egress", at, "cgroup_skb", 1), 3);
    } finally {
      Files.delete(group);
    }
  }

  private void check(Where where, int fewest) {
    int cut = 0;
    boolean cutOff = true;
    while (cutOff) {
      assertThat(cut).isLessThan(MOST_STEPS);
      cutOff = moveCutAt(cut, where);
      cut++;
    }
    assertThat(cut).isGreaterThan(fewest);
  }

  private static String text(String name, Where where) {
    return ".license GPL\n.program %s %s\n r0 = %d\n exit\n"
        .formatted(name, where.type(), where.passing());
  }

  /** Whether it was cut off before its end. */
  private boolean moveCutAt(int step, Where where) {
    Chain chain = bed.datapath().chain(where.at());
    boolean cut = false;
    try (LoadedObject loaded =
            bed.datapath().programs().load(AssemblyParser.parse("o", text("other", where)));
        Link other = chain.attach(loaded.program("other"), AttachOptions.DEFAULT)) {
      assertThat(other.info().isDefunct()).isFalse();
      String guard = bed.file("guard.bpfasm", text("guard", where));
      bed.run("attach " + guard + " --to " + where.address()).succeeded();
      PinLayout pins = new PinLayout(bed.bpfFileSystem());
      Path pin = pins.linkPins().getFirst().path();
      try (Link link = bed.datapath().links().openPinned(pin)) {
        Mover.Keep keep = new CutAt(pins.movePins(pin), new AtomicInteger(step));
        new Mover(bed.datapath()).move(chain, link, pin, AttachOptions.at(Anchor.head()), keep);
      } catch (CutOff _) {
        cut = true;
      }
      // Under its name, or the stand-in that jumps to it.
      assertThat(bed.names(chain))
          .as("cut at step %d", step)
          .containsAnyOf("guard", Mover.STAND_IN);
      bed.run("chain order " + where.address() + " guard --first").succeeded();
      assertThat(bed.names(chain)).as("cut at step %d", step).containsExactly("guard", "other");
      assertThat(bed.run("chain order " + where.address()).succeeded().out()).contains("in order");
      bed.run("detach guard --from " + where.address()).succeeded();
      assertThat(bed.pins()).as("cut at step %d", step).isEmpty();
    }
    return cut;
  }
}
