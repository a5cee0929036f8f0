package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgCommandsTest {
  private static final String MARK =
      """
      .license GPL
      .map seen array key u32 value u32 entries 1
      .program mark tcx
        r6 = r1
        r2 = *(u32 *)(r6 + skb.data)
        r3 = *(u32 *)(r6 + skb.data_end)
        r4 = r2
        r4 += 14
        if r4 > r3 goto out
        w5 = 0x42
        *(u8 *)(r2 + 0) = w5
        w5 = *(u32 *)(r6 + skb.mark)
        w5 += 1
        *(u32 *)(r6 + skb.mark) = w5
        w5 = 0x10010
        *(u32 *)(r6 + skb.priority) = w5
        *(u32 *)(r10 - 4) = 0
        r2 = r10
        r2 += -4
        r1 = map[seen]
        call bpf_map_lookup_elem
        if r0 == 0 goto out
        w0 = *(u32 *)(r0 + 0)
        exit
      out:
        r0 = -1
        exit
      """;

  private Testbed bed;

  @BeforeEach
  void open() {
    bed = Testbed.create();
  }

  @AfterEach
  void close() {
    if (bed != null) { // null where the test was skipped
      bed.close();
    }
  }

  @Test
  void loadsAndPins() {
    Path pin = bed.bpfFileSystem().resolve("mark");
    String file = bed.file("mark.bpfasm", MARK);
    Run run = bed.run("prog load " + file + " --pin " + pin).succeeded();
    assertThat(run.out().lines().toList().get(1).split("\\s+"))
        .contains("mark", "sched_cls", pin.toString());
    assertThat(bed.run("prog list").succeeded().out()).contains("mark");
    assertThat(bed.run("prog load " + file + " --pin " + pin).failed(ExitCode.INPUT).err())
        .contains("something is pinned there already: " + pin);

    String two = bed.file("two.bpfasm", ".program a tcx\nr0=0\nexit\n.program b xdp\nr0=2\nexit\n");
    Path folder = bed.bpfFileSystem().resolve("both");
    bed.run("prog load " + two + " --pin " + folder).succeeded();
    assertThat(folder.resolve("a")).exists();
    assertThat(folder.resolve("b")).exists();
    assertThat(bed.run("prog load " + two + " --type nonsense").failed(1).err())
        .contains("expected a program type such as sched_cls or xdp, found nonsense");
  }

  private static String object(String name) {
    return Path.of("../bpf/src/test/resources/dev/sluice/bpf/elf").resolve(name).toString();
  }

  @Test
  void readsObjectFiles() {
    Path pin = bed.bpfFileSystem().resolve("count");
    bed.run("prog load " + object("count.o") + " --program count --pin " + pin).succeeded();
    assertThat(pin).exists();
    // 65 bytes: the second of the weights, 2, three times.
    String packet = "udp 10.0.0.1:1000 > 10.0.0.2:53 len 23";
    assertThat(bed.run("prog", "run", pin.toString(), "--packet", packet).succeeded().out())
        .contains("(6)");
    String[] file = {"prog", "run", object("count.o"), "--program", "count", "--packet", packet};
    assertThat(bed.run(file).succeeded().out()).contains("(6)");
    assertThat(
            bed.run("prog dump " + object("count.o") + " --program weigh_only").succeeded().out())
        .contains("call pc+1", "map[name:count.data][0]+0");
  }

  @Test
  void saysWhatIsWrongWithAnObjectFile() {
    assertThat(bed.run("prog load " + object("count.o") + " --program none").failed(1).err())
        .contains("(it holds count, weigh_only, weigh_first)");
    Run refused = bed.run("prog load " + object("faulty.o"));
    assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err())
        .contains("program faulty at ./faulty.c:7: ", "source return data[0];");
    String text = bed.file("text.o", ".program p tcx\nr0 = 0\nexit\n");
    assertThat(bed.run("prog load " + text).failed(ExitCode.INPUT).err())
        .contains("text.o: the header: expected an ELF file");
  }

  @Test
  void dumpsWhatWasWrittenAndWhatRuns() {
    String file = bed.file("mark.bpfasm", MARK);
    assertThat(bed.run("prog dump " + file).succeeded().out())
        .startsWith("; r6 = r1  @ " + file + ":4\n   0: (bf) r6 = r1\n")
        .contains("map[name:seen]");
    assertThat(bed.run("prog dump --raw " + file).succeeded().out())
        .startsWith("bf 16 00 00 00 00 00 00\n");
    Path pin = bed.bpfFileSystem().resolve("mark");
    bed.run("prog load " + file + " --pin " + pin).succeeded();
    assertThat(bed.run("prog dump " + pin).succeeded().out())
        .contains(": (bf) r6 = r1\n", "; exit  @ " + file + ":24\n", "(95) exit\n")
        .containsPattern("; map\\[id:\\d+\\] is seen\n$");
    assertThat(bed.run("prog dump /no/file").failed(1).err())
        .isEqualTo("sluice: no such file: /no/file\n");
    assertThat(bed.run("prog dump 2147483647").failed(1).err()).contains("no such program");
  }

  @Test
  void runsOnAPacketAndTellsWhatChanged() {
    String file = bed.file("mark.bpfasm", MARK);
    Run run =
        bed.run(
                "prog",
                "run",
                file,
                "--packet",
                "udp 10.0.0.1:1000 > 10.0.0.2:53 len 100",
                "--mark",
                "7",
                "--set",
                "seen:0=2",
                "--repeat",
                "1")
            .succeeded();
    assertThat(run.out().lines())
        .startsWith(
            "verdict DROP (2)",
            "packet  changed: 0: 02 → 42",
            "header  eth.dst: 02:00:00:00:00:02 → 42:00:00:00:00:02",
            "context mark: 7 → 8",
            "context priority: 0 → 65552 (class 1:10)")
        .last()
        .asString()
        .matches("time {4}\\d+ ns");
    assertThat(
            bed.run("prog", "run", file, "--hex", "00".repeat(60), "-o", "json").succeeded().out())
        .contains("\"verdictName\" : \"PASS\"", "\"field\" : \"mark\"");
  }

  @Test
  void refusesRunsThatCannotBe() {
    String file = bed.program("pass", -1);
    assertThat(bed.run("prog run " + file).failed(1).err()).contains("--packet");
    assertThat(bed.run("prog run " + file + " --hex 0g").failed(1).err())
        .contains("--hex: expected pairs of hexadecimal digits, found 0g");
    assertThat(bed.run("prog run " + file + " --file /no/file").failed(1).err())
        .isEqualTo("sluice: no such file: /no/file\n");
    assertThat(bed.run("prog run " + file + " --hex 00 --repeat 0").failed(1).err())
        .contains("--repeat must be 1 or more, not 0");
    assertThat(bed.run("prog", "run", file, "--hex", "00".repeat(5)).failed(2).err())
        .contains("EINVAL");
    assertThat(
            bed.run("prog", "run", file, "--hex", "00".repeat(60), "--with", "hash=1")
                .failed(1)
                .err())
        .contains("a test run sets no field hash");
    String xdp = bed.file("x.bpfasm", ".program x xdp\nr0 = 2\nexit\n");
    assertThat(bed.run("prog", "run", xdp, "--hex", "00".repeat(60), "--mark", "1").failed(1).err())
        .contains("for programs that see socket buffers");
    assertThat(bed.run("prog", "run", xdp, "--hex", "00".repeat(60)).succeeded().out())
        .startsWith("verdict XDP_PASS (2)\n");
  }
}
