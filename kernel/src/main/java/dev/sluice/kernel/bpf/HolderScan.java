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
import java.util.List;

/**
 * Finds who keeps an object alive: processes by their open descriptors in {@code /proc}, and pins
 * by walking BPF file systems.
 *
 * <p>It reads much and is for error messages and listings only. What ends while it is looked at,
 * and what the caller may not see, is left out.
 */
final class HolderScan {
  private static final Path PROC = Path.of("/proc");

  private HolderScan() {}

  /** Who holds the object of a kind with a number. */
  static Holders of(BpfObject kind, int id) {
    return new Holders(processes(kind, id), BpfFileSystem.pinsOf(kind, id));
  }

  private static List<Holders.Process> processes(BpfObject kind, int id) {
    List<Holders.Process> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, kind, id)) {
          found.add(
              new Holders.Process(
                  Long.parseLong(process.getFileName().toString()), command(process)));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return found; // what was seen so far is better than nothing
    }
    found.sort(Comparator.comparingLong(Holders.Process::pid));
    return found;
  }

  private static boolean holds(Path process, BpfObject kind, int id) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (isKind(descriptor, kind)
            && idOf(process.resolve("fdinfo").resolve(descriptor.getFileName()), kind) == id) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
      return false; // it ended, or is not ours to see
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
