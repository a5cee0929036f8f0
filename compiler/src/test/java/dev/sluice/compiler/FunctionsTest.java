package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Subprogram;
import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Loop;
import dev.sluice.compiler.program.SkBuff;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

public class FunctionsTest {
  private static int spread(SkBuff skb, int at, int seed) {
    int x = seed;
    for (int i = 0; i < 4; i++) {
      if (skb.u8(at + i & 31) > 3) {
        x = x * 31 + skb.u16(at + i & 15);
      } else {
        x ^= x >>> skb.u8(i);
      }
    }
    return switch (x & 7) {
      case 0 -> x * 3;
      case 1 -> x * 5 + 1;
      case 2 -> x - skb.u32(at & 7);
      case 3 -> x / (at | 1);
      case 4 -> x % (at | 1);
      default -> x >>> 3;
    };
  }

  private static int little(int x) {
    return x * 31 + 7;
  }

  @BpfProgram(otherwise = 1)
  public static int large(SkBuff skb) {
    return spread(skb, skb.mark(), 1) + spread(skb, skb.priority(), little(2)) + little(3);
  }

  @BpfProgram(otherwise = 1)
  public static int loops(SkBuff skb) {
    return Loop.run(100_000, skb.mark(), (turn, x) -> x * 31 + turn);
  }

  private static ProgramSpec compiled(String name, int large) throws Exception {
    return ProgramCompiler.compile(
            FunctionsTest.class.getMethod(name, SkBuff.class), Map.of(), large, (_, _) -> {})
        .program();
  }

  @Test
  void whatIsLargeAndCalledTwiceIsAFunction() throws Exception {
    ProgramSpec program = compiled("large", 40);
    List<Subprogram> functions = program.functions();
    assertThat(functions).extracting(Subprogram::name).containsExactly("spread_1");
    assertThat(program.code().slots())
        .isLessThan(compiled("large", Integer.MAX_VALUE).code().slots());
    assertThat(program.sourceLine(functions.getFirst().slot()).orElseThrow().file())
        .isEqualTo("FunctionsTest.java");
  }

  @Test
  void nothingIsAFunctionIfNobodyWantsThat() throws Exception {
    assertThat(compiled("large", Integer.MAX_VALUE).functions()).isEmpty();
  }

  @Test
  void aTurnOfALoopIsAlwaysAFunction() throws Exception {
    assertThat(compiled("loops", Integer.MAX_VALUE).functions()).hasSize(1);
  }
}
