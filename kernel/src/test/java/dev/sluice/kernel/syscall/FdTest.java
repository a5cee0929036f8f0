package dev.sluice.kernel.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FdTest {
  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;

  private static Fd open() {
    try (Arena arena = Arena.ofConfined()) {
      long path = arena.allocateFrom("/dev/null").address();
      return new Fd((int) Syscalls.call(SyscallNumber.OPENAT, AT_FDCWD, path, O_CLOEXEC));
    }
  }

  private static boolean isOpen(int number) {
    return Files.exists(Path.of("/proc/self/fd/" + number), LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void closesOnce() {
    int before = Fd.openCount();
    Fd fd = open();
    try (fd) {
      assertThat(Fd.openCount()).isEqualTo(before + 1);
      assertThat(isOpen(fd.number())).isTrue();
    }
    fd.close();
    assertThat(Fd.openCount()).isEqualTo(before);
    assertThat(fd.isOpen()).isFalse();
    assertThatIllegalStateException().isThrownBy(fd::number);
    assertThatIllegalStateException().isThrownBy(fd::acquire);
  }

  @Test
  void staysOpenWhileItIsUsed() {
    int before = Fd.openCount();
    Fd fd = open();
    int number = fd.acquire();
    assertThat(fd.acquire()).isEqualTo(number);
    fd.close();
    assertThat(fd.isOpen()).isFalse();
    assertThatIllegalStateException().isThrownBy(fd::acquire);
    fd.release();
    assertThat(isOpen(number)).as("one user is left").isTrue();
    assertThat(Fd.openCount()).isEqualTo(before + 1);
    fd.release();
    assertThat(Fd.openCount()).isEqualTo(before);
  }
}
