package dev.sluice.bench.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.programs.Firewall;
import dev.sluice.programs.RuleList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same access list from Java and from C, before the kernel's verifier. */
class RuleListTest {
  private NetworkNamespace namespace;
  private KernelDatapath kernel;

  @BeforeEach
  void open() {
    Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "not Linux");
    try {
      namespace = NetworkNamespace.create("rules");
    } catch (NotPermitted e) {
      Assumptions.abort("not root");
    }
    kernel = KernelDatapath.open(namespace);
  }

  @AfterEach
  void close() {
    if (kernel != null) {
      kernel.close();
      namespace.close();
    }
  }

  @Test
  void thatFromJavaIsTaken() {
    ObjectSpec java =
        ProgramCompiler.compile(ProgramCompiler.programsOf(RuleList.class).getFirst()).object();
    try (LoadedObject loaded = kernel.programs().load(java)) {
      // Each instruction once or twice, however many rules there are.
      int slots = java.programs().getFirst().code().slots();
      assertThat(loaded.program("rules").info().verifiedInstructions()).isLessThan(2 * slots);
    }
  }

  @Test
  void thatFromClangIsRefused() {
    ObjectSpec clang = CObject.read("rules");
    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(() -> kernel.programs().load(clang).close())
        .withMessageContaining("BPF program is too large. Processed 1000001 insn");
  }

  /** That it is not the loader's fault; and what is compared has the same tables. */
  @Test
  void otherProgramsFromClangAreTaken() {
    ObjectSpec java =
        ProgramCompiler.compile(ProgramCompiler.programsOf(Firewall.class).getFirst()).object();
    ObjectSpec clang = CObject.read("firewall");
    assertThat(clang.maps())
        .usingRecursiveFieldByFieldElementComparatorOnFields(
            "name", "type", "keySize", "valueSize", "maxEntries", "flags")
        .containsExactlyInAnyOrderElementsOf(java.maps());
    try (LoadedObject loaded = kernel.programs().load(clang)) {
      assertThat(loaded.program("firewall").info().verifiedInstructions()).isPositive();
    }
  }
}
