package dev.sluice.cli;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.order.Mover;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.bpf.BpfFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Sluice pins what has to outlive the command: {@code
 * ROOT/sluice/links/NAMESPACE/DEVICE-DIRECTION-PROGRAM}, where ROOT is a BPF file system and
 * NAMESPACE the inode number of the network namespace, since devices of different namespaces may
 * have the same name. In place of the direction stands {@code xdp}, or a side of netkit. Links at
 * control groups, which belong to no network, are at {@code links/cgroup/PATH-DIRECTION-PROGRAM}.
 * Everything below {@code ROOT/sluice} is Sluice's own, and nothing else is.
 *
 * <p>Names are written as {@link PinNames} has it. Those of programs hold no hyphen: the last two
 * hyphens are the ones between the parts.
 *
 * @param root where a BPF file system is mounted
 */
public record PinLayout(Path root) {
  /** The folder of links at control groups. */
  private static final String GROUPS = "cgroup";

  /** The folder of what moves need. */
  private static final String MOVES = "moves";

  /** The folder of what attachments wish of their place. */
  private static final String WISHES = "wishes";

  /** Stands in for the folder of a link that is not pinned below {@link #links}. */
  private static final String ELSEWHERE = "elsewhere";

  /** What no command takes to pin all that belongs together, however slow the machine is. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  /** {@code NAME_MAX} of {@code include/uapi/linux/limits.h}. */
  private static final int LONGEST_NAME = 255;

  /** At {@code /sys/fs/bpf}, or wherever {@code SLUICE_BPFFS} says. */
  static PinLayout standard() {
    String elsewhere = System.getenv("SLUICE_BPFFS");
    return new PinLayout(elsewhere == null ? BpfFileSystem.DEFAULT : Path.of(elsewhere));
  }

  /**
   * What a pin of Sluice's is for.
   *
   * @param path where it is
   * @param namespace the inode number of the network namespace; 0 for a control group
   * @param hook the kind of hook
   * @param place the device's name when it was pinned, or the path of the control group
   * @param direction which packets it sees
   * @param program the program's name when it was pinned
   */
  public record LinkPin(
      Path path, long namespace, Hook hook, String place, Direction direction, String program) {
    /** Whether it is of an attach point, in the network namespace with this inode number. */
    public boolean isAt(AttachPoint at, long namespaceInode) {
      return hook == at.hook()
          && direction == at.direction()
          && place.equals(placeOf(at))
          && (at instanceof AttachPoint.Cgroup || namespace == namespaceInode);
    }
  }

  /** The number that tells a network namespace from all others that live. */
  public static long inode(NetworkNamespace namespace) {
    try {
      return (Long) Files.getAttribute(namespace.path(), "unix:ino");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The path for a link.
   *
   * @param namespace the inode number of the network namespace, which a control group has not
   * @throws InvalidInput if the group's path is longer than the name of a pin can be
   */
  public LinkPin linkPin(long namespace, AttachPoint at, String program) {
    boolean group = at instanceof AttachPoint.Cgroup;
    String place = placeOf(at);
    String name =
        PinNames.escape(place)
            + "-"
            + PinNames.way(at)
            + "-"
            + PinNames.escape(program.replace('-', '_'));
    if (name.length() > LONGEST_NAME) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "a pin's name would be %d characters long, and can be %d: choose one with --pin"
              .formatted(name.length(), LONGEST_NAME));
    }
    return new LinkPin(
        links().resolve(group ? GROUPS : Long.toString(namespace)).resolve(name),
        group ? 0 : namespace,
        at.hook(),
        place,
        at.direction(),
        program);
  }

  /** What stands for an attach point's device or control group. */
  public static String placeOf(AttachPoint at) {
    return switch (at) {
      case AttachPoint.AtDevice device -> device.device().name();
      case AttachPoint.Cgroup cgroup -> cgroup.path().toString();
    };
  }

  /**
   * Where it is kept what policies were applied in a network namespace. Of a namespace that is
   * gone, neither policies nor links may be taken for those of another that got its inode number.
   */
  public Path policyState(NetworkNamespace namespace) {
    return policies().resolve(inode(namespace) + "-" + namespace.cookie()).resolve("state");
  }

  /** The inode number of the network namespace that a folder of policies is for. */
  public static long policyNamespace(Path folder) {
    String name = folder.getFileName().toString();
    return Long.parseLong(name.substring(0, name.indexOf('-')));
  }

  /** Removes what policies left of namespaces that had the same inode number, and so are gone. */
  public void removePoliciesBefore(NetworkNamespace namespace) {
    policiesElsewhere(namespace)
        .forEach(
            (folder, pins) -> {
              if (folder.getFileName().toString().startsWith(inode(namespace) + "-")) {
                pins.forEach(this::remove);
              }
            });
  }

  private Path policies() {
    return base().resolve("policies");
  }

  /** What is pinned right in a folder, sorted; nothing where there is no such folder. */
  public List<Path> list(Path folder) {
    Path there = BpfFileSystem.resolve(folder);
    if (!Files.isDirectory(there)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(there)) {
      return files
          .filter(path -> !Files.isDirectory(path))
          .sorted()
          .map(path -> folder.resolve(path.getFileName()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a pin is Sluice's own. */
  public boolean owns(Path pin) {
    return pin.normalize().startsWith(base());
  }

  /** Whether a pin is of what policies keep. */
  public boolean isPolicy(Path pin) {
    return pin.normalize().startsWith(policies());
  }

  /** The link pins that are there, sorted. */
  public List<LinkPin> linkPins() {
    return pinsBelow(links()).stream().map(this::parse).flatMap(Optional::stream).toList();
  }

  private Optional<LinkPin> parse(Path path) {
    String name = path.getFileName().toString();
    int second = name.lastIndexOf('-');
    int first = second < 0 ? -1 : name.lastIndexOf('-', second - 1);
    if (first < 0 || !path.startsWith(links()) || links().relativize(path).getNameCount() != 2) {
      return Optional.empty();
    }
    try {
      String folder = parent(path).getFileName().toString();
      boolean group = folder.equals(GROUPS);
      String way = name.substring(first + 1, second);
      return Optional.of(
          new LinkPin(
              path,
              group ? 0 : Long.parseLong(folder),
              group ? Hook.CGROUP : PinNames.hook(way),
              PinNames.unescape(name.substring(0, first)),
              PinNames.direction(way),
              PinNames.unescape(name.substring(second + 1))));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not named by this layout, so not ours to read anything into
    }
  }

  /**
   * Makes the folders above a pin.
   *
   * @param pin where the pin will be
   * @param rollback gets what takes the folders away again
   * @throws InvalidInput if something is there already, or nothing can be pinned there
   */
  public void prepare(Path pin, Rollback rollback) {
    if (!pin.isAbsolute()) {
      throw new InvalidInput(
          "command line", 0, 0, "a pin needs an absolute path in a BPF file system: " + pin);
    }
    if (exists(pin)) {
      throw new InvalidInput("command line", 0, 0, "something is pinned there already: " + pin);
    }
    Deque<Path> missing = new ArrayDeque<>();
    for (Path folder = parent(pin); !exists(folder); folder = parent(folder)) {
      missing.push(folder);
    }
    missing.forEach(folder -> rollback.add(() -> deleteIfEmpty(folder)));
    BpfFileSystem.prepare(pin);
  }

  /** Whether there is something at a path, as the user writes it. */
  public static boolean exists(Path path) {
    return Files.exists(BpfFileSystem.resolve(path));
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  /** Removes a pin, and the folders above it that are Sluice's own and empty now. */
  public void remove(Path pin) {
    try {
      BpfFileSystem.unpin(pin);
    } catch (NotFound e) {
      return; // gone already: what we wanted
    }
    Path folder = parent(pin);
    while (folder.startsWith(base()) && deleteIfEmpty(folder)) {
      folder = parent(folder);
    }
  }

  /** Removes the pin of a link that is attached no more, and what is kept beside it. */
  public void removeLink(Path pin) {
    remove(pin);
    remove(notePin(pin));
  }

  private static boolean deleteIfEmpty(Path folder) {
    try {
      Files.delete(BpfFileSystem.resolve(folder));
      return true;
    } catch (DirectoryNotEmptyException | NoSuchFileException e) {
      return false; // somebody else uses it, or removed it
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path base() {
    return root.resolve("sluice");
  }

  private Path links() {
    return base().resolve("links");
  }

  /** The path for an array of programs that a program jumps through. */
  public Path tablePin(int program, String map) {
    return tables().resolve(Integer.toString(program)).resolve(PinNames.escape(map));
  }

  /** The arrays that are pinned for a program. */
  public List<Path> tablePins(int program) {
    return list(tables().resolve(Integer.toString(program)));
  }

  /** The numbers of the programs for which arrays are pinned. */
  public List<Integer> tablePrograms() {
    Path folder = BpfFileSystem.resolve(tables());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[0-9]{1,9}"))
          .map(Integer::valueOf)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path for what the attachment of a pinned link wants of its place. */
  public Path notePin(Path link) {
    return beside(WISHES, link);
  }

  /** The paths for what a move of a pinned link needs until it is done. */
  public Mover.Keep movePins(Path link) {
    Path moved = beside(MOVES, link);
    return new Mover.Keep() {
      @Override
      public Path link() {
        return moved.resolve("link");
      }

      @Override
      public Path table() {
        return moved.resolve("table");
      }

      @Override
      public void remove(Path pin) {
        PinLayout.this.remove(pin);
      }
    };
  }

  /** The paths of links whose move was cut off. */
  public List<Path> movedLinks() {
    return linksBeside(MOVES).stream()
        .map(PinLayout::parent)
        .distinct()
        .map(this::linkBeside)
        .toList();
  }

  /** The paths of links, there or gone, for which wishes are kept. */
  public List<Path> wishingLinks() {
    return linksBeside(WISHES).stream().map(this::linkBeside).toList();
  }

  /** What is pinned in a folder that has a place for each link, sorted. */
  private List<Path> linksBeside(String name) {
    return pinsBelow(base().resolve(name)).stream().map(base().resolve(name)::relativize).toList();
  }

  /** The inverse of {@link #beside}, of a path in its folder. */
  private Path linkBeside(Path place) {
    return place.startsWith(ELSEWHERE)
        ? Path.of(PinNames.unescape(place.getFileName().toString()))
        : links().resolve(place);
  }

  /** All pins below a folder, sorted; nothing where there is no such folder. */
  private static List<Path> pinsBelow(Path folder) {
    Path there = BpfFileSystem.resolve(folder);
    if (!Files.isDirectory(there)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(there)) {
      return all.filter(path -> !Files.isDirectory(path))
          .sorted()
          .map(path -> folder.resolve(there.relativize(path)))
          .toList();
    } catch (AccessDeniedException e) {
      throw new NotPermitted("read " + e.getFile(), "CAP_DAC_READ_SEARCH");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The folders of what policies keep for other network namespaces than one, there or gone; with
   * what is pinned there.
   */
  public Map<Path, List<Path>> policiesElsewhere(NetworkNamespace namespace) {
    Path own = parent(policyState(namespace));
    Map<Path, List<Path>> folders = new TreeMap<>();
    for (Path pin : pinsBelow(policies())) {
      Path folder = policies().resolve(policies().relativize(pin).getName(0));
      if (!folder.equals(own)) {
        folders.computeIfAbsent(folder, _ -> new ArrayList<>()).add(pin);
      }
    }
    return folders;
  }

  /** Whether a pin is older than anything takes that pins one after the other. */
  public static boolean isSettled(Path pin) {
    try {
      return Files.getLastModifiedTime(BpfFileSystem.resolve(pin))
          .toInstant()
          .isBefore(Instant.now().minus(SETTLING));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the path of a link pin says; null if it is none of this layout. */
  public @Nullable LinkPin parsed(Path path) {
    return parse(path).orElse(null);
  }

  /** The same place in another folder, for a link that is pinned at its own or anywhere else. */
  private Path beside(String folder, Path link) {
    return link.startsWith(links())
        ? base().resolve(folder).resolve(links().relativize(link))
        : base().resolve(folder).resolve(ELSEWHERE).resolve(PinNames.escape(link.toString()));
  }

  private Path tables() {
    return base().resolve("tables");
  }
}
