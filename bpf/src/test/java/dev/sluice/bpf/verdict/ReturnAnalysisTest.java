package dev.sluice.bpf.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.Bytecode;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReturnAnalysisTest {
  private static ReturnValues of(String type, String body) {
    return ReturnAnalysis.of(
        AssemblyParser.parse("test.bpfasm", ".program p " + type + "\n" + body)
            .programs()
            .getFirst());
  }

  @Test
  void allWaysCount() {
    assertThat(
            of(
                "tcx",
                """
                w3 = *(u32 *)(r1 + 0)
                if w3 > 100 goto drop
                r0 = -1
                exit
                drop:
                w0 = 2
                exit
                """))
        .isEqualTo(ReturnValues.of(-1, 2));
  }

  @Test
  void aNumberThatWasAskedForIsKnown() {
    assertThat(
            of(
                "tcx",
                """
                w0 = *(u32 *)(r1 + 0)
                if w0 == 7 goto out
                if w0 != 4 goto next
                out:
                exit
                next:
                w0 = -1
                exit
                """))
        .isEqualTo(ReturnValues.of(-1, 4, 7));
  }

  @Test
  void waysThatAreNeverTakenDoNotCount() {
    assertThat(
            of(
                "tcx",
                """
                r6 = 3
                if r6 s> 5 goto never
                r0 = r6
                r0 += -3
                exit
                never:
                r0 = 2
                exit
                """))
        .isEqualTo(ReturnValues.of(0));
  }

  @Test
  void valuesComeBackFromTheStack() {
    assertThat(
            of(
                "tcx",
                """
                r6 = 2
                *(u64 *)(r10 - 8) = r6
                call bpf_get_prandom_u32
                r0 = *(u64 *)(r10 - 8)
                exit
                """))
        .isEqualTo(ReturnValues.of(2));
  }

  @Test
  void whoeverHasItsAddressMayChangeTheStack() {
    assertThat(
            of(
                "tcx",
                """
                r6 = r1
                *(u64 *)(r10 - 8) = 2
                r3 = r10
                r3 += -8
                r1 = r6
                r2 = 0
                r4 = 8
                call bpf_skb_load_bytes
                r0 = *(u64 *)(r10 - 8)
                exit
                """))
        .isEqualTo(ReturnValues.ANY);
    assertThat(
            of(
                "tcx",
                """
                *(u64 *)(r10 - 8) = 2
                *(u8 *)(r10 - 5) = 1
                r0 = *(u64 *)(r10 - 8)
                exit
                """))
        .isEqualTo(ReturnValues.ANY);
  }

  @Test
  void functionsReturnTheirOwn() {
    assertThat(
            of(
                "tcx",
                """
                r1 = *(u32 *)(r1 + 0)
                call choose
                if r0 == 1 goto drop
                r0 = -1
                exit
                drop:
                r0 = 2
                exit
                .func choose
                if r1 > 5 goto one
                r0 = 3
                exit
                one:
                r0 = 1
                exit
                """))
        .isEqualTo(ReturnValues.of(-1, 2));
  }

  @Test
  void redirectsAreTheHooks() {
    String body = "r1 = 3\nr2 = 0\ncall bpf_redirect\nexit\n";
    assertThat(of("tcx", body)).isEqualTo(ReturnValues.of(2, 7));
    assertThat(of("xdp", body)).isEqualTo(ReturnValues.of(0, 4));
    assertThat(
            AssemblyParser.parse(
                    "test.bpfasm",
                    """
                    .map devices devmap key u32 value u32 entries 4
                    .program p xdp
                    r1 = map[devices]
                    r2 = 0
                    r3 = 2
                    call bpf_redirect_map
                    exit
                    """)
                .programs())
        .first()
        .extracting(ReturnAnalysis::of)
        .isEqualTo(ReturnValues.of(0, 2, 4));
  }

  @Test
  void whatIsNotKnownIsAny() {
    assertThat(of("tcx", "w0 = *(u32 *)(r1 + 0)\nexit\n")).isEqualTo(ReturnValues.ANY);
    assertThat(of("tcx", "call bpf_get_prandom_u32\nw0 &= 5\nexit\n"))
        .isEqualTo(ReturnValues.of(0, 1, 4, 5));
    assertThat(of("tcx", "call bpf_get_prandom_u32\nw0 %= 3\nexit\n"))
        .isEqualTo(ReturnValues.of(0, 1, 2));
    assertThat(
            AssemblyParser.parse(
                    "test.bpfasm",
                    """
                    .map others prog_array key u32 value u32 entries 4
                    .program p tcx
                    r2 = map[others]
                    r3 = 0
                    call bpf_tail_call
                    r0 = -1
                    exit
                    """)
                .programs())
        .first()
        .extracting(ReturnAnalysis::of)
        .isEqualTo(ReturnValues.ANY);
  }

  @Test
  void packetLoadsMayEndTheProgramWithZero() {
    assertThat(of("tcx", "r6 = r1\nr0 = *(u16 *)skb[12]\nr0 = -1\nexit\n"))
        .isEqualTo(ReturnValues.of(-1, 0));
  }

  @Test
  void loopsThatCountEnd() {
    assertThat(
            of(
                "tcx",
                """
                r0 = 0
                r6 = 0
                again:
                r6 += 1
                if r6 < 100 goto again
                exit
                """))
        .isEqualTo(ReturnValues.of(0));
    assertThat(of("tcx", "r0 = 0\nagain:\nr0 += 1\nif r0 < 100 goto again\nexit\n"))
        .isEqualTo(ReturnValues.ANY);
  }

  @Test
  @Timeout(10)
  void largeProgramsAreLookedAtInAMoment() {
    List<Instruction> code = new ArrayList<>();
    code.add(Memory.load(MemorySize.WORD, Register.R2, Register.R1, 0));
    code.add(Arithmetic.move(Register.R0, -1));
    for (int i = 0; i < 300_000; i++) {
      code.add(new Jump.Branch(Width.W64, Condition.GREATER, Register.R2, new Immediate(i), 1));
      code.add(Arithmetic.move(Register.R0, i % 3));
    }
    code.add(new Jump.Exit());
    ProgramSpec program = ProgramSpec.of("p", ProgramType.SCHED_CLS, "GPL", Code.of(code));
    long start = System.nanoTime();
    ReturnValues found = ReturnAnalysis.of(program);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(found).isIn(ReturnValues.of(-1, 0, 1, 2), ReturnValues.ANY);
  }

  @Test
  void theKernelsOwnInstructionsAreRead() {
    ByteBuffer code = ByteBuffer.allocate(6 * Bytecode.SLOT_BYTES).order(ByteOrder.nativeOrder());
    // A barrier, a call two slots on whose distance is in the offset, exit, r0 = 5, exit.
    code.put(0, (byte) 0xc2);
    code.put(8, (byte) 0x85).put(9, (byte) 0x10).putShort(10, (short) 1).putInt(12, 1);
    code.put(16, (byte) 0x95);
    code.put(24, (byte) 0xb7).putInt(28, 5);
    code.put(32, (byte) 0x95);
    code.put(40, (byte) 0x95);
    assertThat(ReturnAnalysis.ofTranslated(code.array(), ProgramType.SCHED_CLS))
        .isEqualTo(ReturnValues.of(5));
    assertThat(ReturnAnalysis.ofTranslated(code.array(), ProgramType.XDP))
        .isEqualTo(ReturnValues.ANY);
    code.put(0, (byte) 0xff);
    assertThat(ReturnAnalysis.ofTranslated(code.array(), ProgramType.SCHED_CLS))
        .isEqualTo(ReturnValues.ANY);
  }
}
