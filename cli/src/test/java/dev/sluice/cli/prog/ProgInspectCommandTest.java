package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProgInspectCommandTest {
  private static final String OBJECTS = "../bpf/src/test/resources/dev/sluice/bpf/elf/";

  @TempDir private Path folder;

  private static List<String> line(Run run, String first) {
    return run.out()
        .lines()
        .filter(line -> line.startsWith(first + " "))
        .map(line -> List.of(line.split(" {2,}")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void ofAnObjectFile() {
    Run run = Run.of("prog", "inspect", OBJECTS + "count.o").succeeded();
    assertThat(run.out()).startsWith("needs Linux 5.2 for global variables\n");
    assertThat(line(run, "weigh_only"))
        .containsExactly(
            "weigh_only",
            "tc",
            "sched_cls",
            "-",
            "Dual MIT/GPL",
            "17",
            "2",
            ".rodata.cst8,count.data",
            "5.2",
            "global variables");
    assertThat(line(run, "totals"))
        .containsExactly("totals", "array", "4", "8", "2", "-", "-", "-", "3.19");
    assertThat(line(run, "limit"))
        .containsExactly("limit", "__u32", "count.rodata", "0", "1000", "yes");
    Run set = Run.of("prog", "inspect", OBJECTS + "count.o", "--const", "limit=7").succeeded();
    assertThat(line(set, "limit")).contains("7");
    Run one = Run.of("prog", "inspect", OBJECTS + "count.o", "--program", "weigh_only").succeeded();
    assertThat(one.out()).doesNotContain("weigh_first");
  }

  @Test
  void asADocument() {
    JsonNode document =
        JsonMapper.shared()
            .readTree(
                Run.of("prog", "inspect", OBJECTS + "maps.o", "-o", "json").succeeded().out());
    assertThat(document.get("needs").get("linux").asString()).isEqualTo("5.8");
    assertThat(document.get("needs").get("reason").asString())
        .isEqualTo("helper bpf_ringbuf_reserve");
    JsonNode program = document.get("programs").get(0);
    assertThat(program.get("helpers").toString()).contains("bpf_ringbuf_submit");
    assertThat(program.get("licenseTooStrict").asBoolean()).isFalse();
    assertThat(program.get("sourceLines").asBoolean()).isTrue();
    assertThat(program.get("needs").toString()).contains("map type lpm_trie");
    assertThat(document.get("maps").toString()).contains("\"inner\":\"array\"", "\"pinned\":true");
  }

  private static Run corpus(String name) {
    String folder = "../conformance/src/test/resources/dev/sluice/conformance/object/";
    return Run.of("prog", "inspect", folder + name).succeeded();
  }

  @Test
  void saysWhatIsAskedOfTheKernel() {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/sys/kernel/btf/vmlinux"))
            && Files.isReadable(Path.of("/proc/config.gz")),
        "needs a kernel that tells its types and configuration");
    assertThat(line(corpus("core.o"), "the existence of field 'sk_buff.hash'"))
        .endsWith("relocation", "-", "1");
    assertThat(line(corpus("core.o"), "the place of field 'there_is_no_such_struct.x'"))
        .endsWith("there is none");
    assertThat(line(corpus("kfunc.o"), "bpf_sluice_is_not_there"))
        .endsWith("function", "yes", "there is none");
    assertThat(line(corpus("kconfig.o"), "CONFIG_BPF_SYSCALL")).endsWith("configuration", "-", "y");
    assertThat(corpus("packets.o").out()).doesNotContain("ASKS THE KERNEL");
  }

  @Test
  void saysWhatIsInWhichSection() {
    Run run = corpus("sections.o");
    assertThat(line(run, "tc_in")).startsWith("tc_in", "tc/ingress", "sched_cls", "tcx_ingress");
    assertThat(line(run, "xdp_drop")).startsWith("xdp_drop", "?xdp", "xdp");
    assertThat(run.out())
        .contains("not for packets, and not read: not_for_packets in section kprobe/do_exit\n");
  }

  @Test
  void saysWhereTheLicenseWillNotDo() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("print.bpfasm"),
            """
            .license MIT
            .program print tcx
              r1 = r10
              r1 += -8
              *(u64 *)(r10 - 8) = 0
              r2 = 8
              call bpf_trace_printk
              r0 = 0
              exit
            """);
    assertThat(Run.of("prog", "inspect", file.toString(), "-o", "wide").succeeded().out())
        .contains(
            "print: bpf_trace_printk is for programs under a GPL-compatible license, and 'MIT' is"
                + " none",
            "print calls bpf_trace_printk (GPL)",
            "  4.1     helper bpf_trace_printk\n");
  }

  @Test
  void ofJavaAndOfNothing() {
    Run run = Run.of("prog", "inspect", "../examples/DropByAddress.java").succeeded();
    assertThat(line(run, "drop_by_address")).contains("sched_cls", "blocked,dropped");
    assertThat(Run.of("prog", "inspect", "/no/file").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: no such file: /no/file\n");
    assertThat(Run.of("prog", "inspect", OBJECTS + "bigendian.o").failed(ExitCode.INPUT).err())
        .contains("bigendian.o");
  }
}
