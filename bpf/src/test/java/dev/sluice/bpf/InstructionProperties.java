package dev.sluice.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/** Instructions ↔ bytes ↔ text, for any instruction and any bytes. */
class InstructionProperties {
  @Provide
  Arbitrary<Instruction> encodable() {
    return Instructions.encodable();
  }

  @Provide
  Arbitrary<Instruction> any() {
    return Instructions.any();
  }

  @Provide
  Arbitrary<ByteOrder> orders() {
    return Arbitraries.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void decodingUndoesEncoding(
      @ForAll("encodable") Instruction instruction, @ForAll("orders") ByteOrder order) {
    byte[] bytes = Bytecode.encode(List.of(instruction), name -> 0, order);
    assertThat(bytes).hasSize(8 * instruction.slots());
    assertThat(Bytecode.decode(bytes, order)).containsExactly(instruction);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 3000)
  void encodingUndoesDecoding(@ForAll("slots") byte[] bytes, @ForAll("orders") ByteOrder order) {
    List<Instruction> instructions;
    try {
      instructions = Bytecode.decode(bytes, order);
    } catch (InvalidBytecodeException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
      return;
    }
    assertThat(Bytecode.encode(instructions, name -> 0, order)).isEqualTo(bytes);
  }

  /** Bytes that are likely to be instructions: few registers, small numbers, many zeros. */
  @Provide
  Arbitrary<byte[]> slots() {
    Arbitrary<Byte> zeros = Arbitraries.bytes().between((byte) 0, (byte) 1);
    Arbitrary<Byte> mixed =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.just((byte) 0)),
            Tuple.of(1, zeros),
            Tuple.of(1, Arbitraries.bytes()));
    return mixed.array(byte[].class).ofMinSize(0).ofMaxSize(40);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void anyBytesHaveAText(@ForAll byte[] bytes, @ForAll("orders") ByteOrder order) {
    String dump = Disassembler.dump(bytes, order);
    assertThat(dump.lines().count()).isLessThanOrEqualTo((bytes.length + 7) / 8);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void theDumpOfBytesIsThatOfTheInstructions(
      @ForAll @Size(max = 20) List<@From("encodable") Instruction> instructions) {
    byte[] bytes = Bytecode.encode(instructions);
    assertThat(Disassembler.dump(bytes, ByteOrder.nativeOrder()))
        .isEqualTo(Disassembler.dump(instructions));
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void assemblingUndoesDisassembling(@ForAll("any") Instruction instruction) {
    String text = Disassembler.assembly(instruction);
    // A jump over everything there is can be written, though the verifier would refuse it.
    ObjectSpec object =
        AssemblyParser.parse(
            "test",
            ".map m array value 4 entries 1\n.map rules array value 4 entries 1\n"
                + ".map a.b array value 4 entries 1\n.map fd array value 4 entries 1\n"
                + ".map map array value 4 entries 1\n.program p tcx\n"
                + text
                + "\n");
    assertThat(object.programs().getFirst().instructions()).containsExactly(instruction);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void assemblingUndoesDisassemblingWithLabels(
      @ForAll @Size(min = 1, max = 60) List<@From("encodable") Instruction> instructions) {
    String text = Disassembler.assembly(Code.of(instructions));
    ObjectSpec object = AssemblyParser.parse("test", ".program p tcx\n" + text);
    assertThat(object.programs().getFirst().instructions()).isEqualTo(instructions);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void aDumpCanBePasted(@ForAll("encodable") Instruction instruction) {
    boolean pasteable =
        switch (instruction) {
          // These show a map's id, 0x… without "ll" or a name that says less than the number.
          case Constant constant -> false;
          case Call.KernelFunction call -> false;
          case Call.Indirect call -> false;
          case Call.Helper helper -> helper.function().isPresent();
          // The verifier shows constants as unsigned 32-bit numbers.
          case Jump.Branch(var width, var condition, var left, Immediate(int value), int offset) ->
              width == Width.W32 || value >= 0;
          default -> true;
        };
    if (pasteable) {
      String text = "   0: " + Disassembler.verifierText(instruction) + " ; R1=ctx()\n";
      ObjectSpec object = AssemblyParser.parse("test", ".program p tcx\n" + text);
      assertThat(object.programs().getFirst().instructions()).containsExactly(instruction);
    }
  }

  @Example
  void registersCountFromZeroToTen() {
    for (Register register : Register.values()) {
      assertThat(Register.of(register.number())).isEqualTo(register);
    }
  }
}
