package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.kernel.ChildJvm;
import dev.sluice.kernel.Root;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What somebody is told who lacks privileges: which one, and not a bare error number. */
@ExtendWith(Root.class)
class PrivilegeTest {
  @Test
  void namesWhatIsMissing() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    command.addAll(ChildJvm.command(UnprivilegedProcess.class));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    assertThat(lines)
        .containsExactly(
            "map: NotPermitted: make map m of type hash: permission denied: this needs CAP_BPF"
                + " (run it as root)",
            "load: NotPermitted: load program p: permission denied: this needs CAP_BPF and"
                + " CAP_NET_ADMIN (run it as root)",
            "query: NotPermitted: query tcx:lo/ingress: permission denied: this needs"
                + " CAP_NET_ADMIN (run it as root)",
            "list: NotPermitted: list programs: permission denied: this needs CAP_SYS_ADMIN"
                + " (run it as root)",
            "open: NotPermitted: open link 1: permission denied: this needs CAP_SYS_ADMIN"
                + " (run it as root)",
            "probe: Unknown[reason=a query of a chain needs CAP_NET_ADMIN]",
            "capability: Unknown");
  }
}
