package dev.sluice.engine.filter;

import static dev.sluice.engine.chain.ChainFixture.refused;
import static dev.sluice.engine.filter.FilterFixture.ONE;
import static dev.sluice.engine.filter.FilterFixture.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassicProgramTest {
  private static final Instruction RETURN_A = new Instruction(0x16, 0, 0, 0);

  private final FilterFixture fixture = new FilterFixture(ONE);

  /** Instructions written {@code code jt jf k}, with semicolons between. */
  private static List<Instruction> program(String text) {
    List<Instruction> program = new ArrayList<>();
    for (String line : text.split(";", -1)) {
      String[] words = line.strip().split(" ", -1);
      program.add(
          new Instruction(
              Integer.decode(words[0]),
              Integer.decode(words[1]),
              Integer.decode(words[2]),
              Long.decode(words[3]).intValue()));
    }
    return program;
  }

  private void add(List<Instruction> program) {
    fixture.add(1, new BpfFilter(new BpfFilter.Classic(program), false, null, 0, List.of()));
  }

  private int run(SocketBuffer packet, Instruction... instructions) {
    return new ClassicProgram(List.of(instructions), fixture.scene).run(packet);
  }

  private int result(String text) {
    List<Instruction> program = program(text);
    fixture.block.clear();
    add(program); // checks it
    return new ClassicProgram(program, fixture.scene).run(packet());
  }

  /** Loads, and what they load of a packet from 10.1.0.1 to 10.1.0.2 of 46 bytes. */
  @ParameterizedTest
  @CsvSource({
    "0x20 0 0 26, 0x0a010001",
    "0x28 0 0 12, 0x0800",
    "0x30 0 0 23, 17",
    "0x80 0 0 0, 46",
    "0x00 0 0 77, 77",
    "0x20 0 0 0xfff0000c, 0x0a010001",
    "0x28 0 0 0xffe0000c, 0x0800",
    "0x30 0 0 0xfffff000, 0x0800",
    "0x30 0 0 0xfffff01c, 1",
    "0x20 0 0 42, 0",
    "0x20 0 0 43, 0",
    "0x30 0 0 46, 0"
  })
  void loadsAreBigEndian(String load, String value) {
    assertThat(result(load + "; 0x16 0 0 0")).isEqualTo(Long.decode(value).intValue());
  }

  @Test
  void aLoadFromOutsideEndsTheProgramWithNothing() {
    assertThat(result("0x20 0 0 43; 0x06 0 0 7")).isZero();
    assertThat(result("0x01 0 0 40; 0x48 0 0 5; 0x06 0 0 7")).isZero();
    assertThat(result("0xb1 0 0 50; 0x06 0 0 7")).isZero();
    assertThat(result("0x20 0 0 42; 0x06 0 0 7")).isEqualTo(7);
  }

  @Test
  void knowsTheHeadersLength() {
    assertThat(result("0xb1 0 0 14; 0x87 0 0 0; 0x16 0 0 0")).isEqualTo(20);
    assertThat(result("0xb1 0 0 14; 0x48 0 0 16; 0x16 0 0 0")).isEqualTo(80);
  }

  @Test
  void knowsWhatTheKernelKnows() {
    SocketBuffer packet = packet();
    packet.mark = 42;
    packet.deviceIndex = 3;
    packet.vlanPresent = true;
    packet.vlanTag = 7;
    packet.vlanProtocol = 0x8100;
    int[] which = {8, 20, 44, 48, 60};
    int[] values = {3, 42, 7, 1, 0x8100};
    for (int i = 0; i < which.length; i++) {
      Instruction load = new Instruction(0x20, 0, 0, ClassicProgram.ANCILLARY + which[i]);
      assertThat(run(packet, load, RETURN_A)).isEqualTo(values[i]);
    }
  }

  /** An operation on A = 12 with 5. */
  @ParameterizedTest
  @CsvSource({
    "0x04, 17",
    "0x14, 7",
    "0x24, 60",
    "0x34, 2",
    "0x44, 13",
    "0x54, 4",
    "0x64, 384",
    "0x74, 0",
    "0x94, 2",
    "0xa4, 9"
  })
  void computes(int code, int expected) {
    assertThat(result("0x00 0 0 12; %d 0 0 5; 0x16 0 0 0".formatted(code))).isEqualTo(expected);
    assertThat(result("0x00 0 0 12; 0x01 0 0 5; %d 0 0 0; 0x16 0 0 0".formatted(code | 8)))
        .isEqualTo(expected);
  }

  @Test
  void computesWithoutSigns() {
    assertThat(result("0x00 0 0 -2; 0x34 0 0 2; 0x16 0 0 0")).isEqualTo(Integer.MAX_VALUE);
    assertThat(result("0x00 0 0 -2; 0x25 0 1 5; 0x06 0 0 1; 0x06 0 0 2")).isEqualTo(1);
    assertThat(result("0x00 0 0 5; 0x84 0 0 0; 0x16 0 0 0")).isEqualTo(-5);
    assertThat(result("0x00 0 0 5; 0x01 0 0 0; 0x3c 0 0 0; 0x06 0 0 9")).as("by zero").isZero();
  }

  /** A jump on A = 12, and where it goes. */
  @ParameterizedTest
  @CsvSource({
    "0x15 0 1 12, 1",
    "0x15 0 1 13, 2",
    "0x25 0 1 12, 2",
    "0x25 0 1 11, 1",
    "0x35 0 1 12, 1",
    "0x45 0 1 4, 1",
    "0x45 0 1 3, 2",
    "0x05 0 0 1, 2"
  })
  void jumps(String jump, int expected) {
    assertThat(result("0x00 0 0 12; " + jump + "; 0x06 0 0 1; 0x06 0 0 2")).isEqualTo(expected);
  }

  @Test
  void remembersInScratchMemory() {
    assertThat(result("0x00 0 0 9; 0x02 0 0 15; 0x00 0 0 0; 0x61 0 0 15; 0x87 0 0 0; 0x16 0 0 0"))
        .isEqualTo(9);
    assertThat(result("0x01 0 0 9; 0x03 0 0 0; 0x60 0 0 0; 0x16 0 0 0")).isEqualTo(9);
  }

  /** Programs that are refused, and why. */
  @ParameterizedTest
  @CsvSource({
    "0x99 0 0 0; 0x06 0 0 0, instruction 0 has the unknown code 0x99",
    "0x34 0 0 0; 0x06 0 0 0, instruction 0 divides by zero",
    "0x64 0 0 32; 0x06 0 0 0, instruction 0 shifts by 32 bits",
    "0x02 0 0 16; 0x06 0 0 0, instruction 0 uses word 16 of 16 of scratch memory",
    "0x05 0 0 1; 0x06 0 0 0, instruction 0 jumps behind the end",
    "0x05 0 0 -1; 0x06 0 0 0, instruction 0 jumps behind the end",
    "0x15 1 0 0; 0x06 0 0 0, instruction 0 jumps behind the end",
    "0x20 0 0 -4095; 0x06 0 0 0, 'instruction 0 loads from -4095, where nothing is'",
    "0x60 0 0 3; 0x06 0 0 0, 'instruction 0 loads word 3, which nothing was stored to'",
    "0x00 0 0 0, the last instruction does not return"
  })
  void refusesWhatCannotBe(String text, String rule) {
    assertThat(refused(Errno.EINVAL, () -> add(program(text))).rule()).isEqualTo(rule);
  }

  @Test
  void memoryMustBeStoredToOnEveryWay() {
    String way = "0x15 0 1 0; 0x02 0 0 1; 0x60 0 0 1; 0x16 0 0 0";
    assertThat(refused(Errno.EINVAL, () -> add(program(way))).rule())
        .isEqualTo("instruction 2 loads word 1, which nothing was stored to");
    add(program("0x15 1 0 0; 0x05 0 0 0; 0x02 0 0 1; 0x60 0 0 1; 0x16 0 0 0"));
  }

  @Test
  void whatTheEngineDoesNotHaveIsRefusedByName() {
    for (String load : List.of("0xfffff00c", "0xfffff010", "0xfffff034")) {
      assertThatExceptionOfType(Unsupported.class)
          .isThrownBy(() -> add(program("0x20 0 0 " + load + "; 0x06 0 0 0")));
    }
  }
}
