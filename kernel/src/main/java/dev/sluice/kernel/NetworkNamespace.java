package dev.sluice.kernel;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.kernel.syscall.Fd;
import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace, in which work can be done.
 *
 * <p>Linux gives each thread its own network namespace, so a namespace other than the process's own
 * keeps a thread that lives in it, and {@link #call} has that thread do the work. Sockets made
 * there stay in the namespace and may then be used from any thread.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2 | O_CLOEXEC;
  private static final int SOL_SOCKET = 1;
  private static final int SO_NETNS_COOKIE = 71;

  private final String name;
  private final @Nullable Fd fd;
  private final @Nullable ExecutorService thread;

  private NetworkNamespace(String name, @Nullable Fd fd, @Nullable ExecutorService thread) {
    this.name = name;
    this.fd = fd;
    this.thread = thread;
  }

  /** The namespace that this process is in. */
  public static NetworkNamespace current() {
    return new NetworkNamespace("", null, null);
  }

  /**
   * A namespace by its name, as {@code ip netns} gives names, or by a path such as {@code
   * /proc/42/ns/net}.
   *
   * @throws NotFound if there is none
   * @throws NotPermitted without {@code CAP_SYS_ADMIN}
   */
  public static NetworkNamespace open(String nameOrPath) {
    String path = nameOrPath.indexOf('/') >= 0 ? nameOrPath : "/run/netns/" + nameOrPath;
    Fd fd = openFile(path, nameOrPath);
    ExecutorService thread = newThread(nameOrPath);
    try {
      run(thread, () -> enter(fd, nameOrPath));
    } catch (RuntimeException e) {
      thread.shutdown();
      fd.close();
      throw e;
    }
    return new NetworkNamespace(nameOrPath, fd, thread);
  }

  /**
   * Makes a new namespace that has no name. It is gone, with every device in it, when it is closed
   * or the process ends in whatever way.
   *
   * @param label what messages call it
   * @throws NotPermitted without {@code CAP_SYS_ADMIN}
   */
  public static NetworkNamespace create(String label) {
    ExecutorService thread = newThread(label);
    try {
      Fd fd =
          run(
              thread,
              () -> {
                String operation = "make network namespace " + label;
                check(operation, Syscalls.call(SyscallNumber.UNSHARE, CLONE_NEWNET, 0, 0));
                return openFile("/proc/thread-self/ns/net", label);
              });
      return new NetworkNamespace(label, fd, thread);
    } catch (RuntimeException e) {
      thread.shutdown();
      throw e;
    }
  }

  private static ExecutorService newThread(String label) {
    return Executors.newSingleThreadExecutor(
        task -> Thread.ofPlatform().daemon().name("netns " + label).unstarted(task));
  }

  private static @Nullable Void enter(Fd fd, String name) {
    String operation = "enter network namespace " + name;
    check(operation, Syscalls.call(SyscallNumber.SETNS, fd.number(), CLONE_NEWNET, 0));
    return null;
  }

  private static Fd openFile(String path, String name) {
    try (Arena arena = Arena.ofConfined()) {
      long result =
          Syscalls.call(
              SyscallNumber.OPENAT,
              AT_FDCWD,
              arena.allocateFrom(path).address(),
              O_CLOEXEC,
              0,
              0,
              0);
      if (result == -Errno.ENOENT.number()) {
        throw new NotFound("network namespace", name);
      }
      return new Fd((int) check("open network namespace " + name, result));
    }
  }

  private static long check(String operation, long result) {
    if (result == -Errno.EPERM.number() || result == -Errno.EACCES.number()) {
      throw new NotPermitted(operation, "CAP_SYS_ADMIN");
    }
    if (result < 0) {
      throw new KernelRejected(operation, (int) -result, null, null);
    }
    return result;
  }

  /** What messages call it; empty for the process's own. */
  public String name() {
    return name;
  }

  /** Whether it is the one that this process is in. */
  public boolean isCurrent() {
    return thread == null;
  }

  /** A path that leads to the namespace while it is open, for other programs. */
  public Path path() {
    return Path.of(
        fd == null
            ? "/proc/self/ns/net"
            : "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd.number());
  }

  /**
   * A number that no other namespace has or had since the machine began, unlike the inode number,
   * which comes again ({@code SO_NETNS_COOKIE}, {@code net/core/sock.c}).
   *
   * @return 0 before Linux 5.14
   */
  public long cookie() {
    return call(NetworkNamespace::cookieHere);
  }

  private static long cookieHere() {
    String operation = "read the cookie of a network namespace";
    int socket =
        (int) check(operation, Syscalls.call(SyscallNumber.SOCKET, AF_UNIX, SOCK_DGRAM, 0));
    try (Fd fd = new Fd(socket);
        Arena arena = Arena.ofConfined()) {
      MemorySegment cookie = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Long.BYTES);
      long result =
          Syscalls.call(
              SyscallNumber.GETSOCKOPT,
              fd.number(),
              SOL_SOCKET,
              SO_NETNS_COOKIE,
              cookie.address(),
              length.address(),
              0);
      if (result == -Errno.ENOPROTOOPT.number()) {
        return 0;
      }
      check(operation, result);
      return cookie.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /** A further descriptor of the namespace, which the caller closes. */
  public Fd descriptor() {
    return openFile(fd == null ? "/proc/self/ns/net" : "/proc/self/fd/" + fd.number(), toString());
  }

  /**
   * Does something in the namespace.
   *
   * @return what it returned
   */
  public <T extends @Nullable Object> T call(Callable<T> work) {
    if (thread == null) {
      try {
        return work.call();
      } catch (Exception e) {
        throw unchecked(e);
      }
    }
    return run(thread, work);
  }

  private static <T extends @Nullable Object> T run(ExecutorService thread, Callable<T> work) {
    Future<T> future = thread.submit(work);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true; // the work is a few system calls: let it end
        } catch (ExecutionException e) {
          throw unchecked(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null, default -> new IllegalStateException(thrown);
    };
  }

  /** Leaves the namespace. One that was {@linkplain #create made} here goes with its devices. */
  @Override
  public void close() {
    if (thread != null) {
      thread.shutdown();
    }
    if (fd != null) {
      fd.close();
    }
  }

  @Override
  public String toString() {
    return name.isEmpty() ? "(current namespace)" : name;
  }
}
