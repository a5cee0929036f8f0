package dev.sluice.cli.demo;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is left once everything was removed: nothing, if all is well.
 *
 * @param namespaces the demo's network namespaces that some process still holds
 * @param programs the demo's programs that are still loaded, by number
 * @param maps the demo's maps that are still there, by number
 * @param links the demo's links that are still there, by number
 * @param descriptors the descriptors of network namespaces, BPF objects and sockets that this
 *     process holds beyond those it began with
 */
record Removal(
    Set<String> namespaces,
    Set<Integer> programs,
    Set<Integer> maps,
    Set<Integer> links,
    int descriptors) {
  /** The kernel frees programs and maps some milliseconds after their last reference has gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(20);

  Removal {
    namespaces = Set.copyOf(namespaces);
    programs = Set.copyOf(programs);
    maps = Set.copyOf(maps);
    links = Set.copyOf(links);
  }

  /** Whether nothing is left. */
  boolean isComplete() {
    return namespaces.isEmpty()
        && programs.isEmpty()
        && maps.isEmpty()
        && links.isEmpty()
        && descriptors <= 0;
  }

  /** What is left, in words. */
  String text() {
    return isComplete()
        ? "Removed: no namespace, device, program, map, link or descriptor is left."
        : "Left behind: namespaces %s, programs %s, maps %s, links %s, descriptors %d"
            .formatted(namespaces, programs, maps, links, descriptors);
  }

  /** What is there now, to compare with later. */
  static Before before() {
    // The JDK keeps a socket from the first channel on, to close the others with.
    try (SocketChannel _ = SocketChannel.open(StandardProtocolFamily.INET)) {
      return new Before(descriptorCount() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What was there before the demo began.
   *
   * @param descriptors how many descriptors this process held
   */
  record Before(int descriptors) {
    /** Compares with now, and waits a while for the kernel to catch up. */
    Removal compare(Set<String> namespaces, Footprint footprint) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      try (Datapath datapath = KernelDatapath.open(NetworkNamespace.current())) {
        while (true) {
          Removal removal = now(datapath, namespaces, footprint);
          if (removal.isComplete() || System.nanoTime() - deadline > 0) {
            return removal;
          }
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }

    private Removal now(Datapath datapath, Set<String> namespaces, Footprint footprint) {
      return new Removal(
          common(namespaces, liveNamespaces()),
          common(
              footprint.programs(),
              datapath.programs().list().stream().map(ProgramInfo::id).toList()),
          common(footprint.maps(), datapath.maps().list().stream().map(MapInfo::id).toList()),
          common(
              footprint.links(), datapath.links().list().stream().map(link -> link.id()).toList()),
          descriptorCount() - descriptors);
    }
  }

  /**
   * What the demo made in the kernel, by number.
   *
   * @param programs its programs
   * @param maps its maps
   * @param links its links
   */
  record Footprint(Set<Integer> programs, Set<Integer> maps, Set<Integer> links) {
    static final Footprint NONE = new Footprint(Set.of(), Set.of(), Set.of());

    Footprint {
      programs = Set.copyOf(programs);
      maps = Set.copyOf(maps);
      links = Set.copyOf(links);
    }
  }

  /** The name that the kernel has for a namespace: {@code net:[4026531840]}. */
  static String nameOf(NetworkNamespace namespace) {
    try {
      return "net:[" + Files.getAttribute(namespace.path(), "unix:ino") + "]";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> Set<T> common(Set<T> wanted, Iterable<T> there) {
    Set<T> found = new HashSet<>();
    there.forEach(
        one -> {
          if (wanted.contains(one)) {
            found.add(one);
          }
        });
    return found;
  }

  /** The namespaces that a thread of any process is in. */
  private static Set<String> liveNamespaces() {
    Set<String> found = new HashSet<>();
    for (Path process : children(Path.of("/proc"))) {
      if (Character.isDigit(process.getFileName().toString().charAt(0))) {
        for (Path thread : children(process.resolve("task"))) {
          target(thread.resolve("ns/net")).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // the process has ended meanwhile, or is not ours to look into
    }
  }

  private static Optional<String> target(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Descriptors of kinds that the demo makes; the JVM opens and closes files as it likes. */
  private static int descriptorCount() {
    Set<Path> held =
        children(Path.of("/proc/self/fd")).stream()
            .filter(
                path ->
                    target(path)
                        .filter(
                            name ->
                                name.startsWith("socket:")
                                    || name.startsWith("net:")
                                    || name.startsWith("anon_inode:bpf"))
                        .isPresent())
            .collect(Collectors.toSet());
    return held.size();
  }
}
