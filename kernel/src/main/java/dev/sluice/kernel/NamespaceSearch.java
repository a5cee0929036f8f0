package dev.sluice.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Looks for who has a network namespace: threads that are in it, file descriptors, and mounts as
 * {@code ip netns} makes them ({@code Documentation/filesystems/proc.rst}, namespaces(7)).
 */
public final class NamespaceSearch {
  private static final Path PROC = Path.of("/proc");

  private NamespaceSearch() {}

  /**
   * Whether somebody has a namespace, as far as the caller may see. A socket that outlives its
   * maker's stay in a namespace is not seen.
   *
   * @param inode the namespace's inode number
   */
  public static boolean isFound(long inode) {
    String link = "net:[" + inode + "]";
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (hasThread(process, link)
            || hasDescriptor(process, link)
            || hasMount(process.resolve("mountinfo"), link)) {
          return true;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    }
    return false;
  }

  private static boolean hasThread(Path process, String link) {
    return hasEntry(process.resolve("task"), thread -> isLink(thread.resolve("ns/net"), link));
  }

  private static boolean hasDescriptor(Path process, String link) {
    return hasEntry(process.resolve("fd"), file -> isLink(file, link));
  }

  private static boolean hasEntry(Path folder, Predicate<Path> wanted) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (wanted.test(entry)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // It ended, or is not ours to look at.
    }
    return false;
  }

  private static boolean isLink(Path path, String link) {
    try {
      return Files.readSymbolicLink(path).toString().equals(link);
    } catch (IOException _) {
      return false; // it ended, or is not ours to look at
    }
  }

  private static boolean hasMount(Path table, String link) {
    try {
      return Files.readAllLines(table).stream().anyMatch(line -> line.contains(" " + link + " "));
    } catch (IOException _) {
      return false; // it ended, or is not ours to look at
    }
  }
}
