package dev.sluice.kernel.bpf;

import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A BPF file system in a temporary folder, for tests to pin at. */
final class BpfMount implements AutoCloseable {
  private static final int MNT_DETACH = 2;

  private final Path path;

  BpfMount() throws IOException {
    path = Files.createTempDirectory("bpf");
    try (Arena arena = Arena.ofConfined()) {
      long type = arena.allocateFrom("bpf").address();
      long target = arena.allocateFrom(path.toString()).address();
      long result = Syscalls.call(SyscallNumber.MOUNT, type, target, type, 0, 0, 0);
      Assumptions.assumeTrue(result == 0, "needs to mount a BPF file system: errno " + -result);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Syscalls.call(
          SyscallNumber.UMOUNT2, arena.allocateFrom(path.toString()).address(), MNT_DETACH, 0);
    }
    Files.delete(path);
  }
}
