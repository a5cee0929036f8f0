package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.snippet.Attach;
import dev.sluice.conformance.snippet.Look;
import dev.sluice.conformance.snippet.Shape;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Frame.Udp;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** That the examples in the Javadoc do what it says. */
@Needs({Feature.TCX, Feature.HTB, Feature.U32})
public abstract class Snippets extends TrafficSuite {
  @Test
  void theExampleOfADatapathTellsWhatIsThere() {
    Program drop = closing(Attach.dropEverything(datapath()));
    closing(tcx(Direction.INGRESS).attach(drop));

    assertThat(Look.describe(datapath(), device()))
        .isEqualTo("noqueue none\nprogram " + drop.info().id() + "\n");
  }

  @Test
  void theExampleOfTrafficControlSharesARate() {
    assertThat(Shape.share(datapath(), device()))
        .hasSize(5)
        .allMatch(outcome -> outcome instanceof Outcome.Done);
    transmit(
        Udp.of("192.168.1.100", 1, "10.0.0.1", 1).labelled("important").frame(),
        Udp.of("192.168.1.101", 1, "10.0.0.1", 1).labelled("rest").frame());
    assertThat(Shape.packets(datapath(), device(), Handle.of(1, 0x10))).isEqualTo(1);

    Shape.speedUp(datapath(), device(), Handle.of(1, 0x12), Rate.megabits(5));
    assertThat(classEntry(0x12).parent()).isEqualTo(Handle.of(1, 1));
  }

  @Test
  void theExamplesOfChainAndLinkAttachUpdateAndPin() {
    Program older = program(1, -1);
    Program newer = program(2, -1);
    closing(tcx(Direction.INGRESS).attach(program(3, -1)));
    Link link = Attach.first(datapath(), device(), older);
    passes(Direction.INGRESS, Frame.labelled("first"));
    assertThat(trace().take()).containsExactly(1, 3);

    Path pin = testbed().pinDirectory().resolve("example");
    Attach.renew(link, newer, older, pin);
    passes(Direction.INGRESS, Frame.labelled("renewed"));
    assertThat(trace().take()).containsExactly(2, 3);
  }
}
