package dev.sluice.cli.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Testbed;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MapCommandsTest {
  private static final String HOLDER = "h" + ProcessHandle.current().pid();

  private static final String MAPS =
      """
      .license GPL
      .map prefixes lpm_trie key { length u32, address u8[4] } value u32 entries 16 no_prealloc
      .map flows hash key { address be32, port be16 } value { packets u64, name char[8] } entries 4
      .map counts percpu_array key u32 value u64 entries 2
      .map plain hash key 3 value 5 entries 4
      .program HOLDER tcx
        r1 = map[prefixes]
        r1 = map[flows]
        r1 = map[counts]
        r1 = map[plain]
        r0 = -1
        exit
      """
          .replace("HOLDER", HOLDER);

  private Testbed bed;

  @BeforeEach
  void open() {
    bed = Testbed.create();
    bed.run(
            "tcx",
            "attach",
            "in0",
            "ingress",
            bed.file("maps.bpfasm", MAPS),
            "--pin-maps",
            bed.bpfFileSystem().resolve("m").toString())
        .succeeded();
  }

  @AfterEach
  void close() {
    if (bed != null) { // null where the test was skipped
      bed.close();
    }
  }

  private String map(String name) {
    return bed.bpfFileSystem().resolve("m").resolve(name).toString();
  }

  @Test
  void prefixes() {
    bed.run("map update " + map("prefixes") + " key 10.1.0.0/16 value 7").succeeded();
    bed.run("map update " + map("prefixes") + " key 10.1.2.3 value 0x10").succeeded();
    assertThat(bed.run("map dump " + map("prefixes")).succeeded().out())
        .contains("10.1.0.0/16   7\n", "10.1.2.3/32   16\n");
    assertThat(bed.run("map lookup " + map("prefixes") + " key 10.1.9.9").succeeded().out())
        .isEqualTo("7\n");
    assertThat(bed.run("map dump " + map("prefixes") + " -o yaml").succeeded().out())
        .contains("key: \"10.1.0.0/16\"\n  value: 7\n");
    bed.run("map delete " + map("prefixes") + " key 10.1.0.0/16").succeeded();
    assertThat(bed.run("map delete " + map("prefixes") + " key 10.1.0.0/16").failed(1).err())
        .isEqualTo("sluice: no such entry in map prefixes: 10.1.0.0/16\n");
    assertThat(bed.run("map lookup " + map("prefixes") + " key 10.9.9.9").failed(1).err())
        .isEqualTo("sluice: no such entry in map prefixes: 10.9.9.9\n");
  }

  @Test
  void structs() {
    bed.run("map update " + map("flows") + " key 10.0.0.1 443 value 5 web").succeeded();
    assertThat(bed.run("map dump " + map("flows")).succeeded().out())
        .isEqualTo(
            """
            KEY                              VALUE
            {address: 10.0.0.1, port: 443}   {packets: 5, name: web}
            """);
    assertThat(
            bed.run("map update " + map("flows") + " key 10.0.0.1 443 value 6 ftp --mode create")
                .failed(ExitCode.REFUSED)
                .err())
        .contains("EEXIST");
    assertThat(
            bed.run("map update " + map("flows") + " key 10.0.0.1 80 value 6 ftp --mode change")
                .failed(ExitCode.REFUSED)
                .err())
        .contains("ENOENT");
    for (int port = 1; port <= 3; port++) {
      bed.run("map update " + map("flows") + " key 10.0.0.1 " + port + " value 1 x").succeeded();
    }
    assertThat(bed.run("map update " + map("flows") + " key 10.0.0.1 9 value 1 x").failed(2).err())
        .contains("E2BIG");
  }

  @Test
  void aValueForEachProcessor() {
    bed.run("map update " + map("counts") + " key 1 value 3").succeeded();
    int processors = processors();
    assertThat(bed.run("map lookup " + map("counts") + " key 1").succeeded().out())
        .startsWith(3 * processors + " = 3");
    assertThat(bed.run("map dump " + map("counts")).succeeded().out().lines()).hasSize(3);
  }

  private int processors() {
    try (var counts = bed.datapath().maps().openPinned(Path.of(map("counts")))) {
      return counts.info().hostValueSize() / 8;
    }
  }

  @Test
  void bytesWithoutTypes() {
    bed.run("map update " + map("plain") + " key hex 01 02 03 value hex 0a 0b 0c 0d 0e")
        .succeeded();
    assertThat(bed.run("map dump " + map("plain")).succeeded().out())
        .isEqualTo("KEY        VALUE\n01 02 03   0a 0b 0c 0d 0e\n");
    assertThat(bed.run("map update " + map("plain") + " key hex 01 value hex 01").failed(1).err())
        .isEqualTo("sluice: command line: key of map plain: expected byte 2 of 3, found nothing\n");
    assertThat(bed.run("map update " + map("plain") + " key 1 value 2").failed(1).err())
        .contains("its type is not known: write hex and 3 bytes");
  }

  @Test
  void findsMapsByNumberNameAndProgram() {
    String list = bed.run("map list --program " + HOLDER).succeeded().out();
    assertThat(list.lines()).hasSize(5);
    Matcher flows = Pattern.compile("(\\d+) +hash +flows +8B +16B +4 +yes").matcher(list);
    assertThat(flows.find()).as(list).isTrue();
    assertThat(bed.run("map dump id:" + flows.group(1)).succeeded().out())
        .isEqualTo("map flows is empty\n");
    assertThat(bed.run("map dump no_such_map").failed(1).err())
        .isEqualTo("sluice: no such map: no_such_map\n");
    assertThat(bed.run("map dump 2147483647").failed(1).err()).contains("no such map");
    assertThat(bed.run("map dump /sys/fs/bpf/no/such").failed(1).err())
        .contains("no such pinned map: /sys/fs/bpf/no/such");
    assertThat(bed.run("map dump id:x").failed(1).err()).contains("found id:x");
    assertThat(bed.run("map list --program no_such_prog").failed(1).err())
        .isEqualTo("sluice: no such program: no_such_prog\n");
  }

  @Test
  void programsAndMapsAreValuesToo() {
    String file =
        bed.file(
            "jump.bpfasm",
            """
            .license GPL
            .map jumps prog_array key u32 value u32 entries 2
            .program jump tcx
              r2 = map[jumps]
              r3 = 0
              call bpf_tail_call
              r0 = -1
              exit
            """);
    bed.run(
            "tcx",
            "attach",
            "out0",
            "egress",
            file,
            "--pin-maps",
            bed.bpfFileSystem().resolve("j").toString())
        .succeeded();
    String jumps = bed.bpfFileSystem().resolve("j").resolve("jumps").toString();
    Path drop = bed.bpfFileSystem().resolve("drop");
    bed.run("prog load " + bed.program("drop", 2) + " --pin " + drop).succeeded();
    bed.run("map update " + jumps + " key 0 value " + drop).succeeded();
    assertThat(bed.run("map lookup " + jumps + " key 0").succeeded().out()).matches("\\d+\n");
    assertThat(bed.run("map update " + jumps + " key 0 value 1 2").failed(1).err())
        .contains("the values of this map are programs: expected one, found 1 2");
    bed.run("map delete " + jumps + " key 0").succeeded();
  }

  @Test
  void aNegativeNumberStandsBehindTwoHyphens() {
    assertThat(
            bed.run("map", "update", map("counts"), "key", "0", "value", "--", "-5")
                .failed(1)
                .err())
        .contains("expected a number of 64 bits (u64), found -5");
  }
}
