package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.verdict.ReturnAnalysis;
import dev.sluice.bpf.verdict.ReturnValues;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What clang's programs return in the kernel is among what the analysis says that they can return,
 * from their instructions as written and as the kernel translated them.
 */
@Tag("datapath.differences")
class ReturnValuesDifferenceTest {
  @Test
  void whatIsReturnedWasForeseen() throws IOException {
    SoftAssertions softly = new SoftAssertions();
    List<String> known = new ArrayList<>();
    int runs = 0;
    try (KernelVerdict kernel = KernelVerdict.open()) {
      for (ObjectFilesDifferenceTest.Case chosen : ObjectFilesDifferenceTest.programs().toList()) {
        ObjectSpec object =
            ObjectFilesDifferenceTest.read(chosen.file()).reachedFrom(chosen.program());
        ProgramSpec spec = object.programs().getFirst();
        ReturnValues written = ReturnAnalysis.of(spec);
        try (LoadedObject loaded = kernel.datapath().programs().load(object)) {
          Program program = loaded.program(spec.name());
          ReturnValues translated =
              ReturnAnalysis.ofTranslated(program.translatedInstructions(), spec.type());
          if (!written.isAny() && !translated.isAny()) {
            known.add(chosen.key());
          }
          for (byte[] packet : ObjectFilesDifferenceTest.packets()) {
            int verdict = program.testRun(TestRun.of(packet)).verdict();
            softly
                .assertThat(written.contains(verdict))
                .as("%s: %s has %s", chosen, written, verdict)
                .isTrue();
            softly
                .assertThat(translated.contains(verdict))
                .as("%s translated: %s has %s", chosen, translated, verdict)
                .isTrue();
            runs++;
          }
        } catch (KernelRejected e) {
          // A kind that cannot be run on packets.
          assertThat(spec.type()).isNotEqualTo(ProgramType.XDP);
        }
      }
    }
    softly.assertAll();
    assertThat(runs).isGreaterThan(50);
    assertThat(known).as("programs of which something is known").hasSizeGreaterThan(10);
  }
}
