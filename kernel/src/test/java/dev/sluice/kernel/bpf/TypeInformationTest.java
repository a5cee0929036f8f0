package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfText;
import dev.sluice.bpf.btf.ObjectBtf;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What others can print because maps and programs carry BTF. */
@ExtendWith({Root.class, FdLeaks.class})
class TypeInformationTest {
  private static final String FLOWS =
      """
      .license GPL
      .struct flow { source be32, port u16, protocol u16 }
      .struct counter { packets u64, bytes u64 }
      .map flows hash key struct flow value struct counter entries 16
      .program count_flows tcx
        r0 = 0
        call add_up
        exit
      .func add_up
        r0 = 0
        exit
      """;

  private final KernelMaps maps = new KernelMaps();
  private final KernelPrograms programs = new KernelPrograms(NetworkNamespace.current());

  private static ObjectSpec spec() {
    return AssemblyParser.parse("flows.bpfasm", FLOWS);
  }

  private LoadedObject load() {
    return programs.load(spec());
  }

  @Test
  void isReadBack() {
    try (LoadedObject object = load()) {
      MapInfo info = object.map("flows").info();
      Btf btf = Btf.parse(maps.btf(info.btfId()));
      assertThat(btf.describe(info.btfKeyTypeId()))
          .hasValueSatisfying(
              key -> assertThat(((TypeDescription.Struct) key).name()).isEqualTo("flow"));
      assertThat(btf.describe(info.btfValueTypeId()))
          .hasValueSatisfying(value -> assertThat(value.size()).isEqualTo(16));
      assertThat(object.program("count_flows").info().btfId()).isPositive();
    }
  }

  @Test
  void namesLinesInTheVerifiersLog() {
    String bad = FLOWS.replace("  call add_up\n  exit", "  call add_up\n  r0 = r7\n  exit");
    assertThatExceptionOfType(VerifierRejected.class)
        .isThrownBy(() -> programs.load(AssemblyParser.parse("flows.bpfasm", bad)).close())
        .satisfies(
            e -> {
              assertThat(e.log()).contains("; r0 = r7 @ flows.bpfasm:8");
              assertThat(e.sourceLine()).isEqualTo("flows.bpfasm:8");
              assertThat(e.hint()).contains("the register has no value");
            });
  }

  @Test
  void isPrintedByBpftool() throws Exception {
    try (LoadedObject object = load()) {
      BpfMap flows = object.map("flows");
      byte[] key = {10, 0, 0, 1, 80, 0, 6, 0};
      byte[] value = new byte[16];
      value[0] = 3;
      value[8] = 42;
      flows.update(key, value);
      String dump = Bpftool.run("map", "dump", "id", Integer.toString(flows.info().id()));
      assertThat(dump.replaceAll("\\s", ""))
          .contains("\"source\":16777226,\"port\":80,\"protocol\":6")
          .contains("\"packets\":3,\"bytes\":42");
      int id = object.program("count_flows").info().id();
      assertThat(Bpftool.run("prog", "dump", "xlated", "id", Integer.toString(id)))
          .contains("int count_flows(")
          .contains("add_up");
    }
  }

  @Test
  void typesReadAsBpftoolPrintsThem() throws Exception {
    try (LoadedObject object = load()) {
      int id = object.program("count_flows").info().id();
      String shown = Bpftool.run("prog", "show", "id", Integer.toString(id));
      String btf = shown.replaceAll("(?s).*btf_id (\\d+).*", "$1");
      String loaded = Bpftool.run("btf", "dump", "id", btf);
      assertThat(BtfText.of(Btf.parse(ObjectBtf.of(spec()).blob()))).isEqualTo(loaded);
    }
  }
}
