package dev.sluice.kernel.bpf;

import dev.sluice.kernel.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kinds of objects that have numbers, file descriptors and pins. */
enum BpfObject {
  PROGRAM(
      "program",
      "prog_id:",
      "anon-inode:bpf-prog",
      BpfCommand.PROG_GET_NEXT_ID,
      BpfCommand.PROG_GET_FD_BY_ID),
  MAP(
      "map",
      "map_id:",
      "anon-inode:bpf-map",
      BpfCommand.MAP_GET_NEXT_ID,
      BpfCommand.MAP_GET_FD_BY_ID),
  LINK(
      "link",
      "link_id:",
      "anon-inode:bpf-link",
      BpfCommand.LINK_GET_NEXT_ID,
      BpfCommand.LINK_GET_FD_BY_ID);

  private final String title;
  private final String fdinfoKey;
  private final String file;
  private final BpfCommand next;
  private final BpfCommand open;

  BpfObject(String title, String fdinfoKey, String file, BpfCommand next, BpfCommand open) {
    this.title = title;
    this.fdinfoKey = fdinfoKey;
    this.file = file;
    this.next = next;
    this.open = open;
  }

  /** What messages call it. */
  String title() {
    return title;
  }

  /** What introduces its number in {@code /proc/PID/fdinfo/N}. */
  String fdinfoKey() {
    return fdinfoKey;
  }

  /**
   * Whether this is what {@code /proc/PID/fd/N} links to. A link says {@code bpf_link} on the
   * descriptor that made it and {@code bpf-link} on all others ({@code bpf_link_prime} and {@code
   * bpf_link_new_fd} in {@code kernel/bpf/syscall.c}).
   */
  boolean isTarget(String target) {
    return file.equals(target.replace('_', '-'));
  }

  /** The command that finds the next number. */
  BpfCommand next() {
    return next;
  }

  /** The command that opens one by its number. */
  BpfCommand open() {
    return open;
  }

  /** Whether a descriptor is of this kind. */
  boolean is(Fd fd) {
    return isTarget(target(fd));
  }

  /** What a descriptor's link in {@code /proc} says. */
  static String target(Fd fd) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number())).toString();
    } catch (IOException e) {
      throw new IllegalStateException("/proc is needed to tell BPF objects apart", e);
    }
  }
}
