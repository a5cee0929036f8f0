package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.EngineMaps;
import dev.sluice.engine.map.OpenMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loads and stores of every size, and where each kind of memory ends. */
class MemoryAccessTest {
  private static final long NUMBER = 0xf1e2_d3c4_b5a6_9788L;
  private static final int PACKET_BYTES = 20;

  private final ProgramBench bench = new ProgramBench();

  private EngineMap map(int valueSize, int entries) {
    EngineMap map =
        OpenMap.of(
            new EngineMaps(bench.machine)
                .create(MapSpec.of("values", MapType.ARRAY, 4, valueSize, entries)));
    bench.maps.put("values", map);
    return map;
  }

  private static long cut(long number, MemorySize size) {
    return size == MemorySize.DOUBLE ? number : number & ((1L << (8 * size.bytes())) - 1);
  }

  private static long extend(long number, MemorySize size) {
    int unused = 64 - 8 * size.bytes();
    return number << unused >> unused;
  }

  @ParameterizedTest
  @EnumSource
  void loadsClearOrExtendWhatIsAbove(ExecutionMode mode) {
    bench.numbers(0, NUMBER);
    for (MemorySize size : MemorySize.values()) {
      long low = cut(NUMBER, size);
      // On a little endian machine the lower bytes come first.
      assertThat(bench.run(mode, packetLoad(size, false))).isEqualTo(low);
      if (size != MemorySize.DOUBLE) {
        assertThat(bench.run(mode, packetLoad(size, true))).isEqualTo(extend(low, size));
      }
      assertThat(
              bench.run(
                  mode,
                  code ->
                      code.load(MemorySize.WORD, Register.R2, Register.R1, ProgramBench.DATA)
                          .add(new Atomic.LoadAcquire(size, Register.R0, Register.R2, 8))))
          .isEqualTo(low);
    }
  }

  private static Consumer<CodeBuilder> packetLoad(MemorySize size, boolean signed) {
    return code ->
        code.load(MemorySize.WORD, Register.R2, Register.R1, ProgramBench.DATA)
            .add(new Memory.Load(size, signed, Register.R0, Register.R2, 8));
  }

  @ParameterizedTest
  @EnumSource
  void storesChangeTheirBytesOnly(ExecutionMode mode) {
    for (MemorySize size : MemorySize.values()) {
      long expected = cut(NUMBER, size) | (-1L ^ cut(-1L, size));
      assertThat(stored(mode, code -> code.store(size, Register.R10, -16, Register.R2)))
          .as("%s", size)
          .isEqualTo(expected);
      assertThat(
              stored(
                  mode,
                  code -> code.add(new Atomic.StoreRelease(size, Register.R10, -16, Register.R2))))
          .isEqualTo(expected);
      assertThat(stored(mode, code -> code.store(size, Register.R10, -16, 0x1234_5678)))
          .isEqualTo(cut(0x1234_5678, size) | (-1L ^ cut(-1L, size)));
      assertThat(stored(mode, code -> code.store(size, Register.R10, -16, -2)))
          .as("the sign of an immediate goes through 8 bytes")
          .isEqualTo(-2);
    }
  }

  /** What is on the stack after a store into a word of ones, or -1 if its neighbours changed. */
  private long stored(ExecutionMode mode, Consumer<CodeBuilder> store) {
    return bench.run(
        mode,
        code -> {
          code.moveWide(Register.R2, NUMBER)
              .store(MemorySize.DOUBLE, Register.R10, -8, -1)
              .store(MemorySize.DOUBLE, Register.R10, -16, -1)
              .store(MemorySize.DOUBLE, Register.R10, -24, -1);
          store.accept(code);
          code.load(MemorySize.DOUBLE, Register.R0, Register.R10, -16)
              .load(MemorySize.DOUBLE, Register.R1, Register.R10, -8)
              .operate(ArithmeticOperator.OR, Register.R0, 0)
              .load(MemorySize.DOUBLE, Register.R2, Register.R10, -24)
              .operate(ArithmeticOperator.AND, Register.R1, Register.R2)
              .operate(ArithmeticOperator.AND, Register.R0, Register.R1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void theStackHas512Bytes(ExecutionMode mode) {
    for (MemorySize size : MemorySize.values()) {
      int bytes = size.bytes();
      bench.run(mode, code -> code.store(size, Register.R10, -512, 1).move(Register.R0, 0));
      bench.run(mode, code -> code.store(size, Register.R10, -bytes, 1).move(Register.R0, 0));
      assertThat(bench.fault(mode, code -> code.store(size, Register.R10, -513, 1)).problem())
          .isEqualTo(
              "access of %d bytes at -1 is outside of the stack, which has 512 bytes"
                  .formatted(bytes));
      assertThat(
              bench
                  .fault(mode, code -> code.load(size, Register.R0, Register.R10, 1 - bytes))
                  .problem())
          .contains("outside of the stack");
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePacketHasItsBytesAndNoMore(ExecutionMode mode) {
    bench.packet(new byte[PACKET_BYTES]);
    for (MemorySize size : MemorySize.values()) {
      int last = PACKET_BYTES - size.bytes();
      assertThat(bench.run(mode, fromData(size, last))).isZero();
      assertThat(bench.run(mode, fromData(size, 0))).isZero();
      assertThat(bench.fault(mode, fromData(size, last + 1)).problem())
          .isEqualTo(
              "access of %d bytes at %d is outside of the packet, which has 20 bytes"
                  .formatted(size.bytes(), last + 1));
      assertThat(bench.fault(mode, fromData(size, -1)).problem()).contains("outside of the packet");
      assertThat(bench.fault(mode, fromData(size, 32767)).problem())
          .contains("outside of the packet");
    }
  }

  private static Consumer<CodeBuilder> fromData(MemorySize size, int offset) {
    return code ->
        code.load(MemorySize.WORD, Register.R2, Register.R1, ProgramBench.DATA)
            .load(size, Register.R0, Register.R2, offset);
  }

  @ParameterizedTest
  @EnumSource
  void pointersIntoThePacketCompareAndSubtract(ExecutionMode mode) {
    bench.packet(new byte[PACKET_BYTES]);

    assertThat(
            bench.run(
                mode,
                code ->
                    code.load(MemorySize.WORD, Register.R2, Register.R1, ProgramBench.DATA)
                        .load(MemorySize.WORD, Register.R0, Register.R1, ProgramBench.DATA_END)
                        .operate(ArithmeticOperator.SUB, Register.R0, Register.R2)))
        .isEqualTo(PACKET_BYTES);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotHeldOfAPacketIsOutside(ExecutionMode mode) {
    bench.packet.fill(new byte[PACKET_BYTES], 0, PACKET_BYTES, 1500);

    assertThat(bench.run(mode, fromData(MemorySize.BYTE, PACKET_BYTES - 1))).isZero();
    assertThat(bench.fault(mode, fromData(MemorySize.BYTE, PACKET_BYTES)).problem())
        .contains("outside of the packet");
  }

  /** A value of 12 bytes lies in 16, of which the last 4 are nobody's. */
  @ParameterizedTest
  @EnumSource
  void anAccessStaysInItsMapValue(ExecutionMode mode) {
    EngineMap map = map(12, 3);
    long first = Address.of(Address.MAP_VALUE | map.slot(), 0);
    Consumer<CodeBuilder> within =
        code ->
            code.moveWide(Register.R1, first)
                .store(MemorySize.WORD, Register.R1, 8, 77)
                .load(MemorySize.WORD, Register.R0, Register.R1, 8);

    assertThat(bench.run(mode, within)).isEqualTo(77);
    assertThat(GuestMemory.getInt(map.values(), 8)).isEqualTo(77);
    for (int offset : new int[] {-1, 9, 12, 15, 16 + 9, 3 * 16, 32767, -32768}) {
      assertThat(
              bench
                  .fault(
                      mode,
                      code ->
                          code.moveWide(Register.R1, first)
                              .load(MemorySize.WORD, Register.R0, Register.R1, offset))
                  .problem())
          .as("at %d", offset)
          .contains("outside of a value of map values");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMapThatIsGoneIsNoMemory(ExecutionMode mode) {
    EngineMap map = map(8, 1);
    Executable program =
        bench.prepare(
            mode,
            code ->
                code.loadMapValue(Register.R1, "values", 0)
                    .load(MemorySize.WORD, Register.R0, Register.R1, 0));
    assertThat(bench.run(program)).isZero();
    map.release();

    assertThat(catchThrowableOfType(Fault.class, () -> bench.run(program)))
        .hasMessageContaining("the map that this value was in is gone");
  }

  @ParameterizedTest
  @EnumSource
  void aNumberIsNoAddress(ExecutionMode mode) {
    long[] numbers = {
      0,
      1,
      0xffff_ffffL,
      -1,
      Address.of(3, 0),
      Address.of(Address.STACK + Execution.MOST_FRAMES, 0),
      Address.of(Address.MAP_VALUE | 999_999, 0),
      Address.of(Address.MAP_VALUE | 0x0fff_ffff, 0),
      Address.of(Address.MAP, 0),
      Address.of(Address.LENT, 0),
      Address.of(Address.FUNCTION, 0),
      Address.of(0x8000_0000, 0),
    };
    for (long number : numbers) {
      for (MemorySize size : MemorySize.values()) {
        bench.fault(
            mode,
            code -> code.moveWide(Register.R2, number).load(size, Register.R0, Register.R2, 0));
        bench.fault(
            mode, code -> code.moveWide(Register.R2, number).store(size, Register.R2, 0, 1));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theContextHasFieldsAndNoBytes(ExecutionMode mode) {
    bench.packet.mark = 7;
    assertThat(bench.run(mode, code -> code.load(MemorySize.WORD, Register.R0, Register.R1, 8)))
        .isEqualTo(7);
    bench.run(mode, code -> code.store(MemorySize.WORD, Register.R1, 8, 9).move(Register.R0, 0));
    assertThat(bench.packet.mark).isEqualTo(9);

    for (int offset : new int[] {-1, 10, 1000, 32767}) {
      assertThat(
              bench
                  .fault(mode, code -> code.load(MemorySize.WORD, Register.R0, Register.R1, offset))
                  .problem())
          .contains("of the context is not allowed");
    }
    assertThat(bench.fault(mode, code -> code.store(MemorySize.WORD, Register.R1, 0, 1)).problem())
        .contains("of the context is not allowed");
  }

  @ParameterizedTest
  @EnumSource
  void whatWasLentIsMemoryUntilItIsTakenBack(ExecutionMode mode) {
    byte[] memory = {1, 2, 3, 4};
    bench.execution.begin(bench.packet);
    long address = bench.execution.lend(memory);
    Executable program =
        bench.prepare(
            mode,
            code ->
                code.moveWide(Register.R2, address)
                    .load(MemorySize.BYTE, Register.R0, Register.R2, 3));
    assertThat(program.run(bench.execution)).isEqualTo(4);
    bench.execution.takeBack(address);

    assertThat(catchThrowableOfType(Fault.class, () -> program.run(bench.execution)))
        .hasMessageContaining("outside of lent memory");
  }
}
