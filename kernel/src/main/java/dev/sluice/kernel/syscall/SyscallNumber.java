package dev.sluice.kernel.syscall;

/**
 * The system calls that Sluice makes, with their numbers on x86-64 ({@code
 * arch/x86/entry/syscalls/syscall_64.tbl}) and on the architectures with the generic table ({@code
 * include/uapi/asm-generic/unistd.h}: arm64, riscv, loongarch).
 */
public enum SyscallNumber {
  /** Reads from a file descriptor. */
  READ(0, 63),
  /** Writes to a file descriptor. */
  WRITE(1, 64),
  /** Closes a file descriptor. */
  CLOSE(3, 57),
  /** Maps memory. */
  MMAP(9, 222),
  /** Unmaps memory. */
  MUNMAP(11, 215),
  /** Device control. */
  IOCTL(16, 29),
  /** Makes a socket. */
  SOCKET(41, 198),
  /** Sends to an address. */
  SENDTO(44, 206),
  /** Receives with the sender's address. */
  RECVFROM(45, 207),
  /** Binds a socket to an address. */
  BIND(49, 200),
  /** The address that a socket is bound to. */
  GETSOCKNAME(51, 204),
  /** Sets a socket option. */
  SETSOCKOPT(54, 208),
  /** Reads a socket option. */
  GETSOCKOPT(55, 209),
  /** File descriptor control. */
  FCNTL(72, 25),
  /** Information about a file system. */
  STATFS(137, 43),
  /** Mounts a file system. */
  MOUNT(165, 40),
  /** Unmounts a file system. */
  UMOUNT2(166, 39),
  /** Adds a file descriptor to an epoll set. */
  EPOLL_CTL(233, 21),
  /** Opens a file. */
  OPENAT(257, 56),
  /** Makes a directory. */
  MKDIRAT(258, 34),
  /** Removes a file or directory. */
  UNLINKAT(263, 35),
  /** Leaves a namespace for a new one. */
  UNSHARE(272, 97),
  /** Waits for events of an epoll set. */
  EPOLL_PWAIT(281, 22),
  /** Makes an epoll set. */
  EPOLL_CREATE1(291, 20),
  /** Opens a performance event. */
  PERF_EVENT_OPEN(298, 241),
  /** Enters a namespace. */
  SETNS(308, 268),
  /** Everything about BPF. */
  BPF(321, 280);

  private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");

  private final int x86;
  private final int generic;

  SyscallNumber(int x86, int generic) {
    this.x86 = x86;
    this.generic = generic;
  }

  /** The number on this machine. */
  int number() {
    return X86_64 ? x86 : generic;
  }
}
