package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.engine.context.ContextLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine lets programs load and store what the kernel's verifier lets them. */
@Tag("datapath.kernel")
class ContextAccessTest {
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

  private enum Access {
    LOAD,
    SIGNED_LOAD,
    STORE
  }

  @ParameterizedTest
  @EnumSource(
      value = ProgramType.class,
      names = {"SCHED_CLS", "SCHED_ACT", "CGROUP_SKB", "SOCKET_FILTER", "XDP"})
  void everyOffsetAndSizeIsJudgedAsTheKernelDoes(ProgramType type) {
    ContextLayout layout = ContextLayout.of(type);
    List<String> differences = new ArrayList<>();
    for (Access access : Access.values()) {
      for (MemorySize size : MemorySize.values()) {
        if (access == Access.SIGNED_LOAD && size == MemorySize.DOUBLE) {
          continue;
        }
        for (int offset = -8; offset < layout.size() + 8; offset++) {
          boolean engine = judge(layout, access, offset, size.bytes());
          boolean kernels = kernelTakes(type, access, offset, size);
          if (engine != kernels) {
            differences.add(
                "%s of %d bytes at %d: the kernel says %s"
                    .formatted(access, size.bytes(), offset, kernels));
          }
        }
      }
    }

    assertThat(differences).isEmpty();
  }

  private static boolean judge(ContextLayout layout, Access access, int offset, int bytes) {
    return switch (access) {
      case LOAD -> layout.canLoad(offset, bytes);
      case SIGNED_LOAD -> layout.canLoadSigned(offset, bytes);
      case STORE -> layout.canStore(offset, bytes);
    };
  }

  private static boolean kernelTakes(ProgramType type, Access access, int offset, MemorySize size) {
    Consumer<CodeBuilder> body =
        switch (access) {
          case LOAD -> code -> code.load(size, Register.R0, Register.R1, offset);
          case SIGNED_LOAD ->
              code -> code.add(Memory.loadSigned(size, Register.R0, Register.R1, offset));
          case STORE ->
              code -> code.move(Register.R2, 0).store(size, Register.R1, offset, Register.R2);
        };
    CodeBuilder code = CodeBuilder.create();
    body.accept(code);
    return kernel.refusal(type, "GPL", code.move(Register.R0, 0).exit().build()).isEmpty();
  }
}
