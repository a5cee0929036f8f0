package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  @Test
  void saysItsVersion() {
    assertThat(Run.of("--version").succeeded().out()).isEqualTo(Commands.VERSION + "\n");
  }

  @Test
  void listsAllCommandsInItsHelp() {
    assertThat(Run.of("--help").succeeded().out())
        .contains("status", "tcx", "prog", "map", "features", "--netns", "sluice tc takes");
    assertThat(Run.of().succeeded().out()).isEqualTo(Run.of("--help").out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "tcx attach",
        "tcx update",
        "tcx detach",
        "tcx list",
        "tcx prune",
        "prog load",
        "prog list",
        "prog dump",
        "prog run",
        "map list",
        "map dump",
        "map lookup",
        "map update",
        "map delete",
        "features"
      })
  void everyCommandHasHelpWithTheSharedOptions(String command) {
    String[] args = (command + " --help").split(" ");
    assertThat(Run.of(args).succeeded().out())
        .startsWith("Usage: sluice " + command)
        .contains("--netns", "--output", "--no-color");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcx", "prog", "map"})
  void aGroupAloneSaysWhatIsMissing(String group) {
    assertThat(Run.of(group).failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: Missing required subcommand (see sluice " + group + " --help)\n");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(Run.of("statsu").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: no such command: statsu (see sluice --help)\n");
    assertThat(Run.of("tcx", "atach").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: no such command: atach (see sluice tcx --help)\n");
    assertThat(Run.of("features", "--colour").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: no such option: --colour (see sluice features --help)\n");
    assertThat(Run.of("features", "all").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: did not expect \"all\" (see sluice features --help)\n");
    assertThat(Run.of("features", "-o", "xml").failed(ExitCode.INPUT).err())
        .contains("'xml'", "(see sluice features --help)");
    assertThat(Run.of("tcx", "attach", "eth0").failed(ExitCode.INPUT).err())
        .contains("Missing required parameters: ");
  }

  @Test
  void refusesTwoAnchorsAndTwoWaysToKeep() {
    assertThat(
            Run.of("tcx", "attach", "lo", "ingress", "p.bpfasm", "--head", "--tail")
                .failed(ExitCode.INPUT)
                .err())
        .contains("mutually exclusive");
    assertThat(
            Run.of("tcx", "attach", "lo", "ingress", "p.bpfasm", "--bare", "--hold")
                .failed(ExitCode.INPUT)
                .err())
        .contains("mutually exclusive");
  }
}
