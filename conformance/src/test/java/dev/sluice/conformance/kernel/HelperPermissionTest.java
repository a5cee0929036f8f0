package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.Call;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.engine.helper.HelperStatus;
import dev.sluice.engine.helper.HelperTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine lets programs call the helpers that the kernel's verifier lets them, in its words. */
@Tag("datapath.kernel")
class HelperPermissionTest {
  private static KernelVerdict kernel;

  @BeforeAll
  static void openKernel() {
    kernel = KernelVerdict.open();
  }

  @AfterAll
  static void closeKernel() {
    if (kernel != null) {
      kernel.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProgramType.class,
      names = {"SCHED_CLS", "SCHED_ACT", "CGROUP_SKB", "SOCKET_FILTER", "XDP"})
  void refusalsAreTheKernels(ProgramType type) {
    HelperTable table = HelperTable.of(type);
    List<String> differences = new ArrayList<>();
    for (int id = 0; id <= HelperFunction.values().length + 2; id++) {
      for (String license : List.of("GPL", "Proprietary")) {
        String log =
            kernel
                .refusal(
                    type,
                    license,
                    CodeBuilder.create()
                        .add(new Call.Helper(id))
                        .move(Register.R0, 0)
                        .exit()
                        .build())
                .orElse("");
        String engine = table.refusal(id, license.equals("GPL"));
        boolean kernelRefuses =
            log.contains("cannot use helper")
                || log.contains("invalid func")
                || log.contains("GPL-restricted");
        boolean onlyHere =
            engine != null
                && table.status(id) == HelperStatus.MISSING
                && !engine.startsWith("cannot call");
        boolean same = (engine == null || onlyHere) ? !kernelRefuses : log.contains(engine);
        if (!same) {
          differences.add("#%d %s: engine %s, kernel %s".formatted(id, license, engine, log));
        }
      }
    }

    assertThat(differences).isEmpty();
  }
}
