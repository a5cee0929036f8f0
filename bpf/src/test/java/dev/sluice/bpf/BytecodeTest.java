package dev.sluice.bpf;

import static dev.sluice.bpf.Register.R0;
import static dev.sluice.bpf.Register.R1;
import static dev.sluice.bpf.Register.R10;
import static dev.sluice.bpf.Register.R2;
import static dev.sluice.bpf.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Encodings worked out by hand from instruction-set.rst. */
class BytecodeTest {
  static Stream<Arguments> encodings() {
    return Stream.of(
        Arguments.of(Arithmetic.move(R0, 2), "b700000002000000"),
        Arguments.of(Arithmetic.move(R6, R1), "bf16000000000000"),
        Arguments.of(Arithmetic.of32(ArithmeticOperator.ADD, R1, R2), "0c21000000000000"),
        Arguments.of(Arithmetic.of(ArithmeticOperator.SIGNED_DIV, R1, 3), "3701010003000000"),
        Arguments.of(new Arithmetic.Negate(Width.W64, R1), "8701000000000000"),
        Arguments.of(new Arithmetic.MoveSigned(Width.W64, 32, R1, R2), "bf21200000000000"),
        Arguments.of(new Arithmetic.SwapBytes(ByteSwap.TO_BIG_ENDIAN, 16, R0), "dc00000010000000"),
        Arguments.of(
            new Arithmetic.SwapBytes(ByteSwap.TO_LITTLE_ENDIAN, 32, R0), "d400000020000000"),
        Arguments.of(new Arithmetic.SwapBytes(ByteSwap.REVERSE, 64, R0), "d700000040000000"),
        Arguments.of(Memory.load(MemorySize.WORD, R1, R6, 76), "61614c0000000000"),
        Arguments.of(Memory.loadSigned(MemorySize.BYTE, R1, R6, -1), "9161ffff00000000"),
        Arguments.of(Memory.store(MemorySize.BYTE, R10, -1, R2), "732affff00000000"),
        Arguments.of(Memory.store(MemorySize.DOUBLE, R10, -8, 5), "7a0af8ff05000000"),
        Arguments.of(new Memory.LoadAbsolute(MemorySize.HALF, 12), "280000000c000000"),
        Arguments.of(new Memory.LoadIndirect(MemorySize.BYTE, R2, 1), "5020000001000000"),
        Arguments.of(
            new Atomic.Update(AtomicOperator.ADD, MemorySize.DOUBLE, R0, 0, R1),
            "db10000000000000"),
        Arguments.of(
            new Atomic.Update(AtomicOperator.COMPARE_EXCHANGE, MemorySize.WORD, R1, 4, R2),
            "c3210400f1000000"),
        Arguments.of(new Atomic.LoadAcquire(MemorySize.DOUBLE, R1, R2, 0), "db21000000010000"),
        Arguments.of(new Atomic.StoreRelease(MemorySize.BYTE, R1, 0, R2), "d321000010010000"),
        Arguments.of(
            new Constant.Wide(R1, 0x1122334455667788L), "18010000887766550000000044332211"),
        Arguments.of(
            new Constant.MapAddress(R1, new MapReference.Descriptor(3)),
            "18110000030000000000000000000000"),
        Arguments.of(
            new Constant.MapValueAddress(R1, new MapReference.Descriptor(3), 8),
            "18210000030000000000000008000000"),
        Arguments.of(new Constant.KernelVariable(R1, 7, 9), "18310000070000000000000009000000"),
        Arguments.of(new Constant.FunctionAddress(R1, 2), "18410000020000000000000000000000"),
        Arguments.of(
            new Constant.MapAddress(R1, new MapReference.Index(1)),
            "18510000010000000000000000000000"),
        Arguments.of(
            new Constant.MapValueAddress(R1, new MapReference.Index(1), 2),
            "18610000010000000000000002000000"),
        Arguments.of(new Jump.Goto(-2), "0500feff00000000"),
        Arguments.of(new Jump.GotoLong(70000), "0600000070110100"),
        Arguments.of(new Jump.Branch(Width.W64, Condition.GREATER, R1, R2, 3), "2d21030000000000"),
        Arguments.of(
            new Jump.Branch(Width.W32, Condition.SIGNED_LESS, R1, new Immediate(-1), 3),
            "c6010300ffffffff"),
        Arguments.of(new Jump.MayGoto(3), "e500030000000000"),
        Arguments.of(new Jump.Exit(), "9500000000000000"),
        Arguments.of(Call.Helper.of(HelperFunction.MAP_LOOKUP_ELEM), "8500000001000000"),
        Arguments.of(new Call.Function(5), "8510000005000000"),
        Arguments.of(new Call.KernelFunction(1234, 1), "85200100d2040000"),
        Arguments.of(new Call.Indirect(R2), "8d02000000000000"));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void encodesAndDecodes(Instruction instruction, String hex) {
    byte[] bytes = Bytecode.encode(List.of(instruction), name -> 0, ByteOrder.LITTLE_ENDIAN);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
    assertThat(Bytecode.decode(bytes, ByteOrder.LITTLE_ENDIAN)).containsExactly(instruction);
  }

  @Test
  void swapsRegistersAndNumbersOnABigEndianMachine() {
    byte[] bytes =
        Bytecode.encode(
            List.of(Memory.load(MemorySize.WORD, R1, R6, 76)), name -> 0, ByteOrder.BIG_ENDIAN);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("6116004c00000000");
  }

  @Test
  void putsDescriptorsWhereMapsAreNamed() {
    List<Instruction> instructions =
        List.of(
            Constant.MapAddress.of(R1, "rules"), Constant.MapValueAddress.of(R2, "counters", 16));
    byte[] bytes =
        Bytecode.encode(
            instructions, name -> name.equals("rules") ? 7 : 8, ByteOrder.LITTLE_ENDIAN);
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("18110000070000000000000000000000" + "18220000080000000000000010000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bytecode.encode(instructions))
        .withMessageContaining("'rules'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b7000000020000 | 0 | a slot needs 8 bytes, 7 are left",
        "9500000000000000 b7 | 8 | a slot needs 8 bytes, 1 are left",
        "b70b000002000000 | 0 | destination register is r11",
        "bfb0000000000000 | 0 | source register is r11",
        "b710000002000000 | 0 | source register is 1 where it must be 0",
        "bf10000001000000 | 0 | immediate is 1 where it must be 0",
        "0710020000000000 | 0 | offset 2",
        "bf21050000000000 | 0 | a move of 5 bits to 64",
        "bc21200000000000 | 0 | a move of 32 bits to 32",
        "dc00000008000000 | 0 | a byte swap of 8 bits",
        "df00000010000000 | 0 | unknown opcode 0xdf",
        "8f00000000000000 | 0 | unknown opcode 0x8f",
        "e700000000000000 | 0 | unknown opcode 0xe7",
        "9921000000000000 | 0 | unknown opcode 0x99",
        "6220000000000000 | 0 | source register is 2",
        "c321000000000001 | 0 | unknown atomic operation 0x1000000",
        "d321000000000000 | 0 | an atomic update takes 4 or 8 bytes, not 1",
        "1801000000000000 | 8 | the second half of a 64-bit constant needs 8 bytes, 0 are left",
        "18010000000000000100000000000000 | 8 | opcode of the second half",
        "18710000000000000000000000000000 | 0 | unknown kind 7 of 64-bit constant",
        "18110000000000000000000001000000 | 8 | immediate of the second half is 1",
        "3800000000000000 | 0 | unknown opcode 0x38",
        "0500010001000000 | 0 | immediate is 1",
        "0600010001000000 | 0 | offset is 1",
        "0d00010000000000 | 0 | unknown opcode 0x0d",
        "e510010000000000 | 0 | source register is 1",
        "8530000001000000 | 0 | unknown kind 3 of call",
        "8501000001000000 | 0 | destination register is 1",
        "9500000001000000 | 0 | immediate is 1",
      })
  void refusesWhatIsNoInstruction(String hex, int offset, String reason) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatExceptionOfType(InvalidBytecodeException.class)
        .isThrownBy(() -> Bytecode.decode(bytes, ByteOrder.LITTLE_ENDIAN))
        .withMessageStartingWith("invalid instruction at byte " + offset + " ")
        .withMessageContaining(reason)
        .matches(e -> e.offset() == offset);
  }

  @Test
  void refusesFieldsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Jump.Goto(32768))
        .withMessage("jump offset 32768 is out of range: it must be -32768 to 32767");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Memory.load(MemorySize.BYTE, R0, R1, -32769));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Memory.loadSigned(MemorySize.DOUBLE, R0, R1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Atomic.Update(AtomicOperator.ADD, MemorySize.HALF, R0, 0, R1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arithmetic.MoveSigned(Width.W32, 32, R0, R1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arithmetic.SwapBytes(ByteSwap.REVERSE, 8, R0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Memory.LoadAbsolute(MemorySize.DOUBLE, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Register.of(11));
  }
}
