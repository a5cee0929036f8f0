package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run;
import dev.sluice.kernel.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoTest {
  /**
   * Room for a busy machine and a trial of half a second; a rate of another class has none. TCP's
   * packets are so large that a trial holds but a few.
   */
  private static final double UDP_BELOW = -0.5;

  private static final double UDP_ABOVE = 0.33;
  private static final double TCP_BELOW = -0.9;
  private static final double TCP_ABOVE = 2;

  @Test
  void everyRateComesOutRoughlyAndNothingIsLeft() throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
    int descriptors = Fd.openCount();

    Run run = Run.of("demo", "--datapath", "kernel", "--seconds", "0.5", "-o", "json");

    // 2: a short trial may well be off by more than the demo itself tolerates.
    assertThat(run.code()).as(run.err()).isIn(0, 2);
    JsonNode result = JsonMapper.builder().build().readTree(run.out());
    assertThat(result.path("findings")).hasSize(11);
    for (JsonNode finding : result.path("findings")) {
      roughly(finding);
    }
    JsonNode overflow = result.path("findings").path(2);
    assertThat(overflow.path("drops").asLong()).as("%s", overflow).isPositive();
    JsonNode borrower = result.path("findings").path(7);
    assertThat(borrower.path("borrows").asLong()).as("%s", borrower).isPositive();
    for (JsonNode finding : result.path("chain").path("findings")) {
      roughly(finding);
    }
    assertThat(result.path("chain").path("chain")).hasSize(3);
    assertThat(result.path("chain").path("checks")).hasSize(5);
    for (JsonNode check : result.path("chain").path("checks")) {
      assertThat(check.path("holds").asBoolean()).as(check.path("text").asString()).isTrue();
    }
    for (String kind : new String[] {"namespaces", "programs", "maps", "links"}) {
      assertThat(result.path("removal").path(kind)).as(kind).isEmpty();
    }
    assertThat(Fd.openCount()).isEqualTo(descriptors);
  }

  private static void roughly(JsonNode finding) {
    boolean tcp = finding.path("trial").asString().startsWith("TCP");
    assertThat(finding.path("deviation").asDouble())
        .as("%s", finding)
        .isBetween(tcp ? TCP_BELOW : UDP_BELOW, tcp ? TCP_ABOVE : UDP_ABOVE);
    assertThat(finding.path("payloadBitsPerSecond").asDouble()).as("%s", finding).isPositive();
  }

  @Test
  void theShopIsTriedInTheEngineAndComesOutAsPromised() {
    Run run = Run.of("demo", "-o", "json").succeeded();

    JsonNode result = JsonMapper.builder().build().readTree(run.out());
    assertThat(result.path("checks")).hasSize(6);
    for (JsonNode check : result.path("checks")) {
      assertThat(check.path("holds").asBoolean()).as(check.path("text").asString()).isTrue();
    }
    assertThat(Run.of("demo", "-o", "json").succeeded().out()).isEqualTo(run.out());
  }

  @Test
  void secondsHaveARange() {
    for (String wrong : new String[] {"0", "-1", "NaN", "1e9"}) {
      assertThat(Run.of("demo", "--datapath", "kernel", "--seconds", wrong).failed(1).err())
          .contains("0.2 to 600");
    }
  }
}
