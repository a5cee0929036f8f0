package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.Unsupported;
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
        "tcx migrate",
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
    assertThat(Run.of("tcx", "update", "eth0").failed(ExitCode.INPUT).err())
        .contains("Missing required parameters: ");
    assertThat(Run.of("tcx", "attach", "eth0", "egress").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: command line: expected either PROGRAM or --java CLASS\n");
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

  @Test
  void aMissingPrivilegeHasACodeOfItsOwn() {
    Run run =
        Run.with(
            _ -> {
              throw new NotPermitted("query tcx:eth0/ingress", "CAP_NET_ADMIN");
            },
            "status");
    assertThat(run.failed(ExitCode.NOT_PERMITTED).err())
        .isEqualTo(
            "sluice: query tcx:eth0/ingress: permission denied: this needs CAP_NET_ADMIN (run it as"
                + " root)\n");
  }

  @Test
  void whatTheKernelCannotDoAndWhatSluiceShouldHaveDone() {
    Run missing =
        Run.with(
            _ -> {
              throw new Unsupported("TCX", "the kernel answers EINVAL to a query");
            },
            "tcx",
            "list");
    assertThat(missing.failed(ExitCode.REFUSED).err())
        .isEqualTo("sluice: TCX is not supported: the kernel answers EINVAL to a query\n");
    Run bug =
        Run.with(
            _ -> {
              throw new IllegalStateException("oops");
            },
            "map",
            "list");
    assertThat(bug.code()).isEqualTo(ExitCode.INTERNAL);
    assertThat(bug.err())
        .isEqualTo(
            """
            sluice: internal error: java.lang.IllegalStateException: oops
            sluice: -v prints where
            """);
  }

  @Test
  void aNamespaceThatIsNotThere() {
    assertThat(Run.of("-n", "no-such-netns", "status").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: no such network namespace: no-such-netns\n");
  }
}
