package dev.sluice.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The texts of instructions, against those that a kernel printed. */
class VerifierTextTest {
  static Stream<String> verifierLines() throws IOException {
    try (InputStream in = VerifierTextTest.class.getResourceAsStream("verifier-6.18.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.startsWith("#"));
    }
  }

  @ParameterizedTest
  @MethodSource("verifierLines")
  void readsAsTheVerifierDoes(String line) {
    String[] parts = line.split("\t", 2);
    byte[] bytes = HexFormat.of().parseHex(parts[0]);
    List<Instruction> instructions = Bytecode.decode(bytes, ByteOrder.LITTLE_ENDIAN);
    assertThat(Disassembler.verifierText(instructions.getFirst())).isEqualTo(parts[1]);
    assertThat(Bytecode.encode(instructions, name -> 0, ByteOrder.LITTLE_ENDIAN)).isEqualTo(bytes);
  }

  @Test
  void showsMapsAsBpftoolDoes() {
    List<Instruction> instructions =
        List.of(
            Constant.MapAddress.of(Register.R1, "rules"),
            Constant.MapValueAddress.of(Register.R1, "rules", 8),
            new Constant.MapAddress(Register.R2, new MapReference.Descriptor(5)),
            new Constant.MapValueAddress(Register.R2, new MapReference.Descriptor(5), 4),
            new Constant.MapValueAddress(Register.R2, new MapReference.Index(1), 4),
            new Constant.FunctionAddress(Register.R2, -3),
            new Constant.Wide(Register.R0, -1));
    assertThat(Disassembler.dump(instructions))
        .isEqualTo(
            """
               0: (18) r1 = map[name:rules]
               2: (18) r1 = map[name:rules][0]+8
               4: (18) r2 = map[id:5]
               6: (18) r2 = map[id:5][0]+4
               8: (18) r2 = map[idx:1]+4
              10: (18) r2 = subprog[-3]
              12: (18) r0 = 0xffffffffffffffff
            """);
  }

  @Test
  void showsWhatIsNoInstructionAsTheKernelDoes() {
    byte[] bytes =
        HexFormat.of()
            .parseHex(
                "e300000000000000" // STX with an unknown mode
                    + "8200000000000000" // ST with an unknown mode
                    + "c200000000000000" // the kernel's own barrier
                    + "0100000000000000" // LDX with an unknown mode
                    + "0000000000000000" // LD with an unknown size
                    + "bf21ffff00000000" // the kernel's own address of a processor's data
                    + "1800000000000000" // half a constant
                    + "b700");
    assertThat(Disassembler.dump(bytes, ByteOrder.LITTLE_ENDIAN))
        .isEqualTo(
            """
               0: BUG_e3
               1: BUG_st_82
               2: (c2) nospec
               3: BUG_ldx_01
               4: BUG_ld_00
               5: (bf) r1 = &(void __percpu *)(r2)
               6: (18) r0 = 0x0
            """);
  }
}
