package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.kernel.syscall.Fd;
import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The file system in which programs, maps and links are pinned, by default at {@code /sys/fs/bpf}.
 *
 * <p>Where it is not mounted there it is mounted when something is pinned, as libbpf and tc do. A
 * process under {@code ip netns exec} has a mount namespace of its own with a fresh {@code /sys}: a
 * file system mounted there would end with the process, and pins with it. So where {@code
 * /sys/fs/bpf} is no BPF file system and the machine's mounts are elsewhere, Sluice uses the {@code
 * /sys/fs/bpf} of the {@link MountHome}. Users keep writing {@code /sys/fs/bpf/…}.
 */
public final class BpfFileSystem {
  /** Where pins live by default. */
  public static final Path DEFAULT = Path.of("/sys/fs/bpf");

  private static final long MAGIC = 0xcafe4a11L; // BPF_FS_MAGIC, include/uapi/linux/magic.h
  private static final int STATFS_SIZE = 120;
  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;
  private static final int CLONE_FS = 0x200;
  private static final int CLONE_NEWNS = 0x20000;

  private BpfFileSystem() {}

  /**
   * The path that leads to a pin from this process.
   *
   * @param path the path as the user writes it, absolute
   * @return the same path, or one through the root of the {@link MountHome}
   */
  public static Path resolve(Path path) {
    Path wanted = path.toAbsolutePath().normalize();
    if (!wanted.startsWith(DEFAULT) || isMounted(DEFAULT)) {
      return wanted;
    }
    return MountHome.find().map(home -> home.reach(wanted)).orElse(wanted);
  }

  /**
   * Makes a path ready to be pinned at: mounts the default file system if it is missing and makes
   * missing folders.
   *
   * @param path the path as the user writes it
   * @return the path to pin at, as {@link #resolve} gives it
   * @throws InvalidInput if the path is not on a BPF file system, or has a name that it refuses
   */
  public static Path prepare(Path path) {
    Path wanted = path.toAbsolutePath().normalize();
    if (wanted.startsWith(DEFAULT)) {
      mountDefault();
    }
    Path resolved = resolve(wanted);
    Path mounted = resolved.getParent();
    while (mounted != null && !Files.exists(mounted)) {
      mounted = mounted.getParent();
    }
    if (mounted == null || !isMounted(mounted)) {
      throw new InvalidInput(
          "pin path",
          0,
          0,
          wanted + " is not on a BPF file system; choose a path below " + DEFAULT);
    }
    for (Path name : mounted.relativize(resolved)) {
      if (name.toString().indexOf('.') >= 0) {
        throw new InvalidInput(
            "pin path",
            0,
            0,
            wanted + ": a BPF file system takes no names with a dot in them: \"" + name + "\"");
      }
    }
    makeParents(wanted, resolved);
    return resolved;
  }

  private static void makeParents(Path wanted, Path resolved) {
    try {
      Files.createDirectories(
          resolved.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new InvalidInput(
          "pin path", 0, 0, wanted + ": cannot make the folder for it: " + e.getMessage());
    }
  }

  /**
   * Removes a pin. What was pinned goes if nothing else holds it.
   *
   * @param path the path as the user writes it
   * @throws NotFound if there is no such pin
   * @throws InvalidInput if it is not on a BPF file system
   */
  public static void unpin(Path path) {
    Path resolved = resolve(path);
    if (!Files.isRegularFile(resolved)) {
      throw new NotFound("pin", path.toString());
    }
    if (!isMounted(resolved)) {
      throw new InvalidInput(
          "pin path", 0, 0, path + " is not on a BPF file system, so it is not a pin");
    }
    try {
      Files.delete(resolved);
    } catch (IOException e) {
      throw new InvalidInput("pin path", 0, 0, "cannot remove " + path + ": " + e.getMessage());
    }
  }

  /** Pins an object. */
  static void pin(Fd fd, BpfObject kind, int id, Path path) {
    String operation = "pin " + kind.title() + " " + id + " at " + path;
    long result = BpfSyscall.pin(fd, prepare(path));
    if (result < 0) {
      String rule = BpfRefusal.is(result, Errno.EEXIST) ? "there is a pin of that name" : null;
      throw BpfRefusal.of(operation, result, rule, Privilege.CAP_BPF);
    }
  }

  /** Opens a pinned object of a kind. */
  static Fd open(BpfObject kind, Path path) {
    long result = BpfSyscall.openPin(resolve(path));
    if (BpfRefusal.is(result, Errno.ENOENT) || BpfRefusal.is(result, Errno.ENOTDIR)) {
      throw new NotFound("pinned " + kind.title(), path.toString());
    }
    String operation = "open pinned " + kind.title() + " " + path;
    if (result < 0) {
      boolean elsewhere = !isMounted(resolve(path));
      throw BpfRefusal.of(
          operation,
          result,
          elsewhere ? "the path is not on a BPF file system" : null,
          Privilege.CAP_BPF);
    }
    Fd fd = new Fd((int) result);
    if (!kind.is(fd)) {
      String other = BpfObject.target(fd);
      fd.close();
      throw new NotFound("pinned " + kind.title(), path + " (it is a " + titleOf(other) + ")");
    }
    return fd;
  }

  private static String titleOf(String file) {
    for (BpfObject kind : BpfObject.values()) {
      if (kind.isTarget(file)) {
        return kind.title();
      }
    }
    return file;
  }

  /**
   * The paths, as users write them, under which objects of a kind are pinned, by their numbers.
   *
   * @param wanted which numbers
   */
  static Map<Integer, List<Path>> pinsOf(BpfObject kind, IntPredicate wanted) {
    Map<Integer, List<Path>> pins = new HashMap<>();
    IntFunction<@Nullable List<Path>> placeOf =
        id -> id != 0 && wanted.test(id) ? pins.computeIfAbsent(id, _ -> new ArrayList<>()) : null;
    for (Path mount : MountTable.ofType("bpf", "self")) {
      collect(mount, Path.of("/"), kind, placeOf);
    }
    MountHome.find()
        .ifPresent(
            home -> {
              for (Path mount : MountTable.ofType("bpf", Long.toString(home.pid()))) {
                collect(home.reach(mount), home.root(), kind, placeOf);
              }
            });
    return pins;
  }

  private static void collect(
      Path mount, Path root, BpfObject kind, IntFunction<@Nullable List<Path>> placeOf) {
    try {
      Files.walkFileTree(
          mount,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              List<Path> place =
                  attributes.isRegularFile() ? placeOf.apply(idOf(file, kind)) : null;
              if (place != null) {
                place.add(Path.of("/").resolve(root.relativize(file)));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException _) {
      // The mount went meanwhile: what was seen so far is better than nothing.
    }
  }

  /** The number of the object that is pinned at a path; 0 if it is of another kind. */
  private static int idOf(Path file, BpfObject kind) {
    long result = BpfSyscall.openPin(file);
    if (result < 0) {
      return 0;
    }
    try (Fd fd = new Fd((int) result)) {
      return kind.is(fd) ? ObjectId.of(fd) : 0;
    }
  }

  /** Whether a path is on a BPF file system. */
  public static boolean isMounted(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statfs = arena.allocate(STATFS_SIZE, Long.BYTES);
      long result =
          Syscalls.call(
              SyscallNumber.STATFS,
              arena.allocateFrom(path.toString()).address(),
              statfs.address(),
              0);
      return result == 0 && statfs.get(ValueLayout.JAVA_LONG, 0) == MAGIC;
    }
  }

  private static void mountDefault() {
    Path here = resolve(DEFAULT);
    if (isMounted(here)) {
      return;
    }
    long result = MountHome.find().map(BpfFileSystem::mountAt).orElseGet(BpfFileSystem::mount);
    // EBUSY: somebody else was faster.
    if (result < 0 && !isMounted(here)) {
      throw BpfRefusal.of(
          "mount the BPF file system at " + DEFAULT, result, null, Privilege.CAP_SYS_ADMIN);
    }
  }

  private static long mount() {
    try (Arena arena = Arena.ofConfined()) {
      long type = arena.allocateFrom("bpf").address();
      long target = arena.allocateFrom(DEFAULT.toString()).address();
      long options = arena.allocateFrom("mode=0700").address();
      return Syscalls.call(SyscallNumber.MOUNT, type, target, type, 0, options, 0);
    }
  }

  /**
   * Mounts in another mount namespace, from a thread that enters it and then ends: a thread can
   * change its mount namespace only when it shares its root and working folder with no other.
   */
  private static long mountAt(MountHome home) {
    AtomicLong result = new AtomicLong();
    Thread thread =
        Thread.ofPlatform()
            .name("mount bpf")
            .unstarted(
                () -> {
                  try (Arena arena = Arena.ofConfined()) {
                    long path = arena.allocateFrom(home.namespace().toString()).address();
                    result.set(enterAndMount(path));
                  }
                });
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // a few system calls: let them end
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result.get();
  }

  private static long enterAndMount(long path) {
    long fd = Syscalls.call(SyscallNumber.OPENAT, AT_FDCWD, path, O_CLOEXEC);
    if (fd < 0) {
      return fd;
    }
    long result = Syscalls.call(SyscallNumber.UNSHARE, CLONE_FS, 0, 0);
    if (result == 0) {
      result = Syscalls.call(SyscallNumber.SETNS, fd, CLONE_NEWNS, 0);
    }
    Syscalls.call(SyscallNumber.CLOSE, fd, 0, 0);
    return result == 0 ? mount() : result;
  }
}
