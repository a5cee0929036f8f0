package dev.sluice.kernel.bpf;

import dev.sluice.datapath.program.Holders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Finds who keeps an object alive: processes by their open descriptors in {@code /proc}, and pins
 * by walking BPF file systems.
 *
 * <p>It reads much and is for error messages and listings only. What ends while it is looked at,
 * and what the caller may not see, is left out.
 */
final class HolderScan {
  private static final Path PROC = Path.of("/proc");

  private final BpfObject kind;
  private final IntPredicate wanted;
  private final Map<Integer, List<Holders.Process>> processes = new HashMap<>();

  private HolderScan(BpfObject kind, IntPredicate wanted) {
    this.kind = kind;
    this.wanted = wanted;
  }

  /** Who holds the object of a kind with a number. */
  static Holders of(BpfObject kind, int id) {
    return of(kind, each -> each == id).getOrDefault(id, Holders.NOBODY);
  }

  /** Who holds the objects of a kind with wanted numbers, by number; none for what nobody holds. */
  static Map<Integer, Holders> of(BpfObject kind, IntPredicate wanted) {
    HolderScan scan = new HolderScan(kind, wanted);
    scan.lookAtProcesses();
    Map<Integer, List<Path>> pins = BpfFileSystem.pinsOf(kind, wanted);
    Set<Integer> held = new TreeSet<>(pins.keySet());
    held.addAll(scan.processes.keySet());
    Map<Integer, Holders> holders = new TreeMap<>();
    for (int id : held) {
      holders.put(
          id,
          new Holders(
              scan.processes.getOrDefault(id, List.of()), pins.getOrDefault(id, List.of())));
    }
    return holders;
  }

  private void lookAtProcesses() {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(PROC, "[0-9]*")) {
      found.forEach(all::add);
    } catch (IOException | DirectoryIteratorException _) {
      // What was seen so far is better than nothing.
    }
    all.sort(Comparator.comparingLong(HolderScan::number));
    all.forEach(this::lookAt);
  }

  private static long number(Path process) {
    return Long.parseLong(process.getFileName().toString());
  }

  private void lookAt(Path process) {
    Set<Integer> held = new TreeSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (isKind(descriptor, kind)) {
          held.add(idOf(process.resolve("fdinfo").resolve(descriptor.getFileName()), kind));
        }
      }
    } catch (IOException | DirectoryIteratorException | UncheckedIOException _) {
      // It ended, or is not ours to see.
    }
    for (int id : held) {
      if (id != 0 && wanted.test(id)) {
        processes
            .computeIfAbsent(id, _ -> new ArrayList<>())
            .add(new Holders.Process(number(process), command(process)));
      }
    }
  }

  private static boolean isKind(Path descriptor, BpfObject kind) {
    try {
      return kind.isTarget(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException e) {
      return false;
    }
  }

  private static int idOf(Path fdinfo, BpfObject kind) {
    try {
      for (String line : Files.readAllLines(fdinfo)) {
        if (line.startsWith(kind.fdinfoKey())) {
          return Integer.parseUnsignedInt(line.substring(kind.fdinfoKey().length()).strip());
        }
      }
      return 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private static String command(Path process) {
    try {
      byte[] comm = Files.readAllBytes(process.resolve("comm"));
      return new String(comm, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "?";
    }
  }
}
