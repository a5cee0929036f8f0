package dev.sluice.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.order.Mover;
import dev.sluice.datapath.program.LoadedObject;
import java.nio.file.Path;
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

  @Test
  void theProgramStaysAndTheNextOrderEndsTheMove() {
    int cut = 0;
    boolean cutOff = true;
    while (cutOff) {
      assertThat(cut).isLessThan(MOST_STEPS);
      cutOff = moveCutAt(cut);
      cut++;
    }
    assertThat(cut).isGreaterThan(5);
  }

  /** Whether it was cut off before its end. */
  private boolean moveCutAt(int step) {
    Chain chain =
        bed.datapath().chain(new AttachPoint.Tcx(bed.datapath().device("in0"), Direction.INGRESS));
    boolean cut = false;
    try (LoadedObject other =
        bed.datapath()
            .programs()
            .load(AssemblyParser.parse("o", ".program other tcx\n r0 = -1\n exit\n"))) {
      chain.attachProgram(other.program("other"), AttachOptions.DEFAULT);
      bed.run("attach " + bed.program("guard", -1) + " --to tcx:in0/ingress").succeeded();
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
      bed.run("chain order tcx:in0/ingress guard --first").succeeded();
      assertThat(bed.names(chain)).as("cut at step %d", step).containsExactly("guard", "other");
      assertThat(bed.run("chain order tcx:in0/ingress").succeeded().out()).contains("in order");
      bed.run("detach guard --from tcx:in0/ingress").succeeded();
      assertThat(bed.pins()).as("cut at step %d", step).isEmpty();
      chain.detachProgram(other.program("other"), 0);
    }
    return cut;
  }
}
