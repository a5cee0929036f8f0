package dev.sluice.kernel.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process through which the mounts that outlive this process can be reached.
 *
 * <p>{@code ip netns exec} and {@code unshare -m} give a command a mount namespace of its own,
 * which ends with it. The mounts of the machine are then still there behind {@code /proc/PID/root}
 * of process 1 or, where that is out of reach as in some sandboxes, of the eldest ancestor that is
 * not.
 *
 * @param pid the process
 */
record MountHome(long pid) {
  private static final Path PROC = Path.of("/proc");

  /** The home of the machine's mounts; empty where this process has the same ones. */
  static Optional<MountHome> find() {
    Optional<Path> own = mountsOf(ProcessHandle.current().pid());
    for (long pid : candidates()) {
      Optional<Path> mounts = mountsOf(pid);
      if (mounts.isPresent()) {
        return mounts.equals(own) ? Optional.empty() : Optional.of(new MountHome(pid));
      }
    }
    return Optional.empty();
  }

  /** Process 1, then this process's ancestors, the eldest first. */
  private static List<Long> candidates() {
    List<Long> ancestors = new ArrayList<>();
    Optional<ProcessHandle> process = ProcessHandle.current().parent();
    while (process.isPresent()) {
      ancestors.addFirst(process.get().pid());
      process = process.get().parent();
    }
    ancestors.addFirst(1L);
    return ancestors;
  }

  private static Optional<Path> mountsOf(long pid) {
    Path process = PROC.resolve(Long.toString(pid));
    try {
      Path namespace = Files.readSymbolicLink(process.resolve("ns/mnt"));
      return Files.isDirectory(process.resolve("root/sys"))
          ? Optional.of(namespace)
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty(); // it has ended, or is not ours to look at
    }
  }

  /** The root of its files, as this process reaches it. */
  Path root() {
    return PROC.resolve(Long.toString(pid)).resolve("root");
  }

  /** The file that stands for its mount namespace. */
  Path namespace() {
    return PROC.resolve(Long.toString(pid)).resolve("ns/mnt");
  }

  /** Where a path of its files is, as this process reaches it. */
  Path reach(Path path) {
    return root().resolve(Path.of("/").relativize(path));
  }
}
