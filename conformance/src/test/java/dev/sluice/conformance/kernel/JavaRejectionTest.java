package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.CgroupSkb;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a verifier says of programs in Java comes back with the line and a hint for its author. */
@Tag("datapath.differences")
public class JavaRejectionTest {
  static final Events OUT = Events.perf();

  /** An event. */
  public record Event(int number) {}

  /** Too many turns, each with two ways through it. */
  @BpfProgram(otherwise = 0)
  public static int endless(SkBuff skb) {
    int x = skb.mark();
    for (int i = 0; i < 100_000; i++) {
      x = x * 31 + skb.u8(i & 15);
      if ((x & 5) == 1) {
        x += 3;
      }
    }
    return x;
  }

  /** Returns what is no verdict of its type. */
  @BpfProgram(otherwise = CgroupSkb.DROP)
  public static int unbounded(CgroupSkb skb) {
    return skb.mark();
  }

  /** Calls what is for GPL-compatible programs. */
  @BpfProgram(otherwise = 0, license = "Proprietary")
  public static int closed(SkBuff skb) {
    OUT.output(skb, new Event(1), 0);
    return 0;
  }

  private static void assertRejected(String name, String hint, String... known) {
    ObjectSpec object =
        ProgramCompiler.compile(
                ProgramCompiler.programsOf(JavaRejectionTest.class).stream()
                    .filter(method -> method.getName().equals(name))
                    .findFirst()
                    .orElseThrow())
            .object();
    try (KernelVerdict kernel = KernelVerdict.open();
        Datapath engine = EngineDatapath.open(new Network(1).addHost("a"))) {
      for (Datapath place : List.of(kernel.datapath(), engine)) {
        VerifierRejected rejected =
            catchThrowableOfType(
                VerifierRejected.class, () -> place.programs().load(object).close());
        assertThat(rejected).as(name).isNotNull();
        assertThat(rejected.sourceLine()).startsWith("JavaRejectionTest.java:");
        assertThat(rejected.hint()).as(rejected.log()).contains(hint);
        assertThat(rejected.explanation().known()).as(rejected.log()).containsAll(List.of(known));
      }
    }
  }

  @Test
  void aVerdictMustBeOneOfItsType() {
    assertRejected(
        "unbounded",
        "return one of the verdicts of this program type",
        "r0 is a number from 0 to 4294967295");
  }

  @Test
  void someCallsWantALicense() {
    assertRejected("closed", "@BpfProgram(license = \"GPL\")");
  }

  @Test
  void aLoopMayBeTooLong() throws Exception {
    ObjectSpec object =
        ProgramCompiler.compile(JavaRejectionTest.class.getMethod("endless", SkBuff.class))
            .object();
    try (KernelVerdict kernel = KernelVerdict.open()) {
      VerifierRejected rejected =
          catchThrowableOfType(
              VerifierRejected.class, () -> kernel.datapath().programs().load(object).close());
      assertThat(rejected.hint()).contains("use fewer turns, or a Loop");
      assertThat(rejected.explanation().known()).isEmpty();
    }
  }
}
