package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.kernel.ChildJvm;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two processes fight for a chain, and neither loses what its links own. */
@ExtendWith({Root.class, FdLeaks.class})
class FightTest {
  /** As many of each: half a minute where the machine has nothing else to do. */
  private static final String OPERATIONS = System.getProperty("sluice.fight", "10000");

  @Test
  void neitherLosesItsPrograms() throws Exception {
    try (TcxFixture fixture = new TcxFixture();
        ChildJvm one = fighter(fixture, "1");
        ChildJvm two = fighter(fixture, "2")) {
      List<Integer> expected = new ArrayList<>();
      for (ChildJvm fighter : List.of(one, two)) {
        assertThat(fighter.line()).startsWith("refused ").isNotEqualTo("refused 0");
        String holds = fighter.line();
        assertThat(holds).startsWith("holds ");
        for (String link : holds.substring("holds ".length()).split(" ", -1)) {
          expected.add(Integer.valueOf(link));
        }
      }
      assertThat(fixture.chain.query().entries().stream().map(ChainEntry::linkId))
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(fixture.chain.query().revision()).isGreaterThan(200);
    }
  }

  private static ChildJvm fighter(TcxFixture fixture, String seed) throws Exception {
    return new ChildJvm(
        FightingProcess.class,
        fixture.namespace.path().toString(),
        Integer.toString(fixture.device.index()),
        seed,
        OPERATIONS);
  }
}
