package dev.sluice.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.TypeDescription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ObjectBtfTest {
  private static ObjectSpec object(String text) {
    return AssemblyParser.parse("test.bpfasm", text);
  }

  @Test
  void describesMapsFunctionsAndLines() {
    ObjectSpec object =
        object(
            """
            .map counters array key u32 value { packets u64 } entries 1
            .map events ringbuf entries 4096
            .map sizes hash key 4 value 8 entries 1
            .program p.1 tcx
              r1 = map[counters]
              call sub
              exit
            .func sub
              r0 = 0
              exit
            """);
    ObjectBtf info = ObjectBtf.of(object, ByteOrder.LITTLE_ENDIAN);
    Btf btf = Btf.parse(info.blob());
    ObjectBtf.MapTypes counters = info.map("counters").orElseThrow();
    assertThat(btf.describe(counters.keyId())).contains(TypeDescription.U32);
    assertThat(btf.describe(counters.valueId())).map(TypeDescription::size).contains(8);
    assertThat(info.map("events")).isEmpty();
    assertThat(info.map("sizes")).isEmpty();
    assertThat(info.program("q")).isEmpty();

    ProgramInfo program = info.program("p.1").orElseThrow();
    ByteBuffer functions = ByteBuffer.wrap(program.functionInfo()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(functions.capacity()).isEqualTo(2 * ProgramInfo.FUNCTION_BYTES);
    assertThat(functions.getInt(0)).isZero();
    assertThat(btf.type(functions.getInt(4))).map(BtfType::name).contains("p_1");
    assertThat(functions.getInt(8)).isEqualTo(4);
    assertThat(btf.type(functions.getInt(12))).map(BtfType::name).contains("sub");

    ByteBuffer lines = ByteBuffer.wrap(program.lineInfo()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(lines.capacity()).isEqualTo(5 * ProgramInfo.LINE_BYTES);
    assertThat(lines.getInt(16)).isEqualTo(2);
    assertThat(lines.getInt(16 + 12)).isEqualTo(6 << 10 | 3);
  }

  @Test
  void leavesFunctionsOutThatItCanNotName() {
    ObjectSpec object =
        object(
            """
            .program p tcx
              call there
              exit
            there: r0 = 0
              exit
            """);
    ProgramInfo program = ObjectBtf.of(object).program("p").orElseThrow();
    assertThat(program.functionInfo()).isEmpty();
    assertThat(program.lineInfo()).hasSize(4 * ProgramInfo.LINE_BYTES);
  }
}
