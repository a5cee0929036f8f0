package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.ChildJvm;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith({Root.class, FdLeaks.class})
class BpfFileSystemTest {
  private final KernelMaps maps = new KernelMaps();
  private final KernelPrograms programs = new KernelPrograms(NetworkNamespace.current());

  @Test
  void keepsObjectsUntilTheyAreUnpinned() throws IOException {
    try (BpfMount mount = new BpfMount();
        BpfMap map = maps.create(MapSpec.of("kept", MapType.ARRAY, 4, 4, 1));
        Program program = programs.load(TestPrograms.returning("kept", 0), Map.of())) {
      Path mapPin = mount.path().resolve("a/b/map");
      Path programPin = mount.path().resolve("program");
      map.pin(mapPin);
      program.pin(programPin);
      assertThat(maps.holders(map.info().id()).pins()).containsExactly(mapPin);
      assertThat(programs.holders(program.info().id()).pins()).containsExactly(programPin);
      try (BpfMap same = maps.openPinned(mapPin);
          Program again = programs.openPinned(programPin)) {
        assertThat(same.info()).isEqualTo(map.info());
        assertThat(again.info().id()).isEqualTo(program.info().id());
      }
      assertThatExceptionOfType(KernelRejected.class)
          .isThrownBy(() -> program.pin(programPin))
          .satisfies(e -> assertThat(e.is(Errno.EEXIST)).isTrue())
          .withMessageContaining("there is a pin of that name");
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(() -> maps.openPinned(programPin).close())
          .withMessageContaining("(it is a program)");
      BpfFileSystem.unpin(mapPin);
      assertThat(mapPin).doesNotExist();
      assertThatExceptionOfType(NotFound.class).isThrownBy(() -> maps.openPinned(mapPin).close());
      assertThatExceptionOfType(NotFound.class).isThrownBy(() -> BpfFileSystem.unpin(mapPin));
      BpfFileSystem.unpin(programPin);
    }
  }

  @Test
  void refusesPathsElsewhere(@TempDir Path folder) throws IOException {
    try (BpfMount mount = new BpfMount();
        Program program = programs.load(TestPrograms.returning("p", 0), Map.of())) {
      assertThatExceptionOfType(InvalidInput.class)
          .isThrownBy(() -> program.pin(folder.resolve("x")))
          .withMessageContaining("is not on a BPF file system; choose a path below /sys/fs/bpf");
      assertThatExceptionOfType(InvalidInput.class)
          .isThrownBy(() -> program.pin(mount.path().resolve("x.y")))
          .withMessageContaining("takes no names with a dot in them: \"x.y\"");
      Path file = Files.createFile(folder.resolve("file"));
      assertThatExceptionOfType(InvalidInput.class)
          .isThrownBy(() -> BpfFileSystem.unpin(file))
          .withMessageContaining("so it is not a pin");
      assertThat(file).exists();
      assertThatExceptionOfType(KernelRejected.class)
          .isThrownBy(() -> programs.openPinned(file).close())
          .withMessageContaining("the path is not on a BPF file system");
    }
  }

  /**
   * As under {@code ip netns exec}: a mount namespace of its own without a BPF file system. The
   * outer {@code unshare} gives the test a process 1 and mounts of its own, so that the host keeps
   * its.
   */
  @Test
  void pinsWhereProcessOneSeesThem() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "needs unshare");
    String java = String.join(" ", ChildJvm.command(PinningProcess.class));
    String script =
        """
        umount /sys/fs/bpf 2>/dev/null
        unshare --mount %s /sys/fs/bpf/some/program
        grep -c ' /sys/fs/bpf ' /proc/self/mountinfo
        ls /sys/fs/bpf/some
        """
            .formatted(java);
    Process process =
        new ProcessBuilder(
                "unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", script)
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    assertThat(lines)
        .containsExactly(
            "same true",
            "resolved /proc/1/root/sys/fs/bpf/some/program",
            "pins [/sys/fs/bpf/some/program]",
            "refused, pin left false",
            "shared true",
            "/sys/fs/bpf/shared: the map pinned here is hash with keys of 4 and values of 4 bytes"
                + " and 4 entries, and shared wants hash, 4, 8 and 4",
            "1",
            "program");
  }
}
