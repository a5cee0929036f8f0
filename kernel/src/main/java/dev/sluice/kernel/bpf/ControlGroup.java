package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.kernel.syscall.Fd;
import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A control group of the kernel: a folder of the file system {@code cgroup2}. */
public final class ControlGroup {
  private static final String FILE_SYSTEM = "cgroup2";
  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;

  private ControlGroup() {}

  /**
   * Makes a call with the open folder.
   *
   * @throws NotFound if it is not there, or is no control group of version 2
   */
  static <T> T with(Path path, IntFunction<T> call) {
    requireGroup(path);
    try (Fd folder = open(path)) {
      return call.apply(folder.number());
    }
  }

  private static Fd open(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toString());
      long result = Syscalls.call(SyscallNumber.OPENAT, AT_FDCWD, name.address(), O_CLOEXEC);
      if (result < 0) {
        throw missing(path, Errno.textOf((int) -result));
      }
      return new Fd((int) result);
    }
  }

  /** Where groups of version 2 are mounted; nowhere if it is empty. */
  public static List<Path> mounts() {
    return MountTable.ofType(FILE_SYSTEM, "self");
  }

  /**
   * The paths of groups by their numbers; those that cannot be seen from here are missing.
   *
   * @param numbers {@code cgroup_id} of each
   */
  public static Map<Long, Path> paths(Set<Long> numbers) {
    Map<Long, Path> found = new TreeMap<>();
    if (numbers.isEmpty()) {
      return found;
    }
    for (Path mount : mounts()) {
      try (Stream<Path> below = Files.walk(mount)) {
        below
            .filter(Files::isDirectory)
            .forEach(
                path -> {
                  long id = id(path);
                  if (numbers.contains(id)) {
                    found.putIfAbsent(id, path);
                  }
                });
      } catch (IOException | UncheckedIOException e) {
        // A group went while we looked, or may not be seen: those found so far are told.
      }
    }
    return found;
  }

  /**
   * Whether the kernel orders the programs at a group and counts their changes. One that does not
   * leaves the revision at 0 in its answer to a query.
   */
  public static Support orderSupport() {
    List<Path> mounts = mounts();
    if (mounts.isEmpty()) {
      return new Support.Unknown("no file system of control groups, version 2, is mounted");
    }
    AttachPoint.Cgroup root = new AttachPoint.Cgroup(mounts.getFirst(), Direction.EGRESS);
    BpfSyscall.QueryResult found = MprogChain.tryQuery(new HookTarget.AtGroup(root));
    if (BpfRefusal.is(found.result(), Errno.EPERM)) {
      return new Support.Unknown("a query of a group needs CAP_NET_ADMIN");
    }
    if (found.result() < 0) {
      return new Support.Missing(
          "a query of a group is answered with " + Errno.nameOf((int) -found.result()));
    }
    return found.revision() == 0
        ? new Support.Missing("a query of a group tells no revision; Linux does since 6.17")
        : new Support.Supported();
  }

  private static void requireGroup(Path path) {
    if (!Files.isDirectory(path)) {
      throw missing(path, "there is no such folder");
    }
    try {
      String type = Files.getFileStore(path).type();
      if (!type.equals(FILE_SYSTEM)) {
        throw missing(path, "it is in a file system " + type);
      }
    } catch (IOException e) {
      throw missing(path, String.valueOf(e.getMessage()));
    }
  }

  private static NotFound missing(Path path, String why) {
    List<Path> mounts = mounts();
    return new NotFound(
        "control group",
        path
            + ": "
            + why
            + (mounts.isEmpty()
                ? "; no file system of control groups, version 2, is mounted"
                : "; control groups, version 2, are below " + mounts.getFirst()));
  }

  /** The number of a group ({@code cgroup_id}): the inode number of its folder. */
  static long id(Path path) {
    try {
      return (long) Files.getAttribute(path, "unix:ino");
    } catch (IOException _) {
      return 0;
    }
  }

  /** The folder above if that is a group, too; null at the root. */
  static @Nullable Path parent(Path path) {
    Path above = path.toAbsolutePath().normalize().getParent();
    try {
      return above != null && Files.getFileStore(above).type().equals(FILE_SYSTEM) ? above : null;
    } catch (IOException _) {
      return null;
    }
  }
}
