package dev.sluice.bpf.requirement;

import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ProgramType;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which release brought what. Linux only ever adds to the enumerations of {@code
 * include/uapi/linux/bpf.h}, so for each of them it is enough to know the last number that each
 * release had; the releases are those whose tags have the commits listed in {@code
 * docs/kernel-versions.md} of iovisor/bcc and {@code data/feature-versions.yaml} of
 * isovalent/ebpf-docs, where these two differ the latter.
 */
public final class Introduction {
  /** {@code enum bpf_func_id}: the last number of each release. */
  private static final NavigableMap<Integer, KernelRelease> HELPERS =
      table(
          """
          3 3.19, 11 4.1, 16 4.2, 22 4.3, 25 4.4, 26 4.5, 30 4.6, 36 4.8, 41 4.9, 44 4.10, \
          45 4.11, 47 4.12, 50 4.13, 53 4.14, 57 4.15, 59 4.16, 64 4.17, 80 4.18, 83 4.19, \
          90 4.20, 92 5.0, 98 5.1, 108 5.2, 109 5.3, 110 5.4, 115 5.5, 118 5.6, 124 5.7, \
          135 5.8, 141 5.9, 155 5.10, 162 5.11, 163 5.12, 165 5.13, 168 5.14, 175 5.15, \
          179 5.16, 185 5.17, 193 5.18, 203 5.19, 207 6.0, 209 6.1, 211 6.2\
          """);

  /** {@code enum bpf_map_type}. */
  private static final NavigableMap<Integer, KernelRelease> MAPS =
      table(
          """
          2 3.19, 3 4.2, 4 4.3, 7 4.6, 8 4.8, 10 4.10, 11 4.11, 13 4.12, 15 4.14, 16 4.15, \
          18 4.18, 20 4.19, 23 4.20, 24 5.2, 25 5.4, 26 5.6, 27 5.8, 28 5.10, 29 5.11, 30 5.16, \
          31 6.1, 32 6.2, 33 6.9\
          """);

  /** {@code enum bpf_prog_type}. */
  private static final NavigableMap<Integer, KernelRelease> PROGRAMS =
      table(
          """
          1 3.19, 4 4.1, 5 4.7, 6 4.8, 7 4.9, 12 4.10, 13 4.13, 14 4.14, 15 4.15, 18 4.17, \
          20 4.18, 21 4.19, 22 4.20, 24 5.2, 25 5.3, 26 5.5, 28 5.6, 29 5.7, 30 5.9, 31 5.14, \
          32 6.4\
          """);

  /** {@code enum bpf_attach_type}. */
  private static final NavigableMap<Integer, KernelRelease> ATTACHMENTS =
      table(
          """
          2 4.10, 3 4.13, 5 4.14, 6 4.15, 13 4.17, 16 4.18, 17 4.20, 20 5.2, 22 5.3, 25 5.5, \
          27 5.7, 33 5.8, 37 5.9, 38 5.13, 40 5.14, 41 5.15, 42 5.18, 43 6.0, 45 6.4, 48 6.6, \
          55 6.7, 56 6.10, 57 6.13\
          """);

  private static final Map<MapFlag, KernelRelease> FLAGS =
      Map.ofEntries(
          Map.entry(MapFlag.NO_PREALLOC, KernelRelease.of("4.6")),
          Map.entry(MapFlag.NO_COMMON_LRU, KernelRelease.of("4.10")),
          Map.entry(MapFlag.NUMA_NODE, KernelRelease.of("4.14")),
          Map.entry(MapFlag.RDONLY, KernelRelease.of("4.15")),
          Map.entry(MapFlag.WRONLY, KernelRelease.of("4.15")),
          Map.entry(MapFlag.STACK_BUILD_ID, KernelRelease.of("4.17")),
          Map.entry(MapFlag.ZERO_SEED, KernelRelease.of("5.0")),
          Map.entry(MapFlag.RDONLY_PROG, KernelRelease.of("5.2")),
          Map.entry(MapFlag.WRONLY_PROG, KernelRelease.of("5.2")),
          Map.entry(MapFlag.CLONE, KernelRelease.of("5.4")),
          Map.entry(MapFlag.MMAPABLE, KernelRelease.of("5.5")),
          Map.entry(MapFlag.PRESERVE_ELEMS, KernelRelease.of("5.10")),
          Map.entry(MapFlag.INNER_MAP, KernelRelease.of("5.10")),
          Map.entry(MapFlag.LINK, KernelRelease.of("6.4")),
          Map.entry(MapFlag.PATH_FD, KernelRelease.of("6.5")),
          Map.entry(MapFlag.VTYPE_BTF_OBJ_FD, KernelRelease.of("6.9")),
          Map.entry(MapFlag.TOKEN_FD, KernelRelease.of("6.9")),
          Map.entry(MapFlag.SEGV_ON_FAULT, KernelRelease.of("6.9")),
          Map.entry(MapFlag.NO_USER_CONV, KernelRelease.of("6.9")));

  private Introduction() {}

  private static NavigableMap<Integer, KernelRelease> table(String text) {
    NavigableMap<Integer, KernelRelease> table = new TreeMap<>();
    for (String entry : text.split(", ", -1)) {
      String[] words = entry.split(" ", -1);
      table.put(Integer.parseInt(words[0]), KernelRelease.of(words[1]));
    }
    return table;
  }

  private static KernelRelease find(NavigableMap<Integer, KernelRelease> table, int number) {
    Map.Entry<Integer, KernelRelease> entry = table.ceilingEntry(number);
    if (entry == null) {
      throw new IllegalArgumentException("nothing has the number " + number);
    }
    return entry.getValue();
  }

  /** The release with the first kernel that has a helper. */
  public static KernelRelease of(HelperFunction helper) {
    return find(HELPERS, helper.id());
  }

  /** The release with the first kernel that has maps of a type. */
  public static KernelRelease of(MapType type) {
    return find(MAPS, type.number());
  }

  /** The release with the first kernel that has programs of a type. */
  public static KernelRelease of(ProgramType type) {
    return find(PROGRAMS, type.number());
  }

  /**
   * The release with the first kernel that programs can be attached in this way in; empty where the
   * type of the program says it all.
   */
  public static Optional<KernelRelease> of(AttachType type) {
    return switch (type) {
      // Kernels before 5.9 attach XDP programs without a link, and do not look at the type.
      case UNSPECIFIED, XDP -> Optional.empty();
      default -> Optional.of(find(ATTACHMENTS, type.number()));
    };
  }

  /** The release with the first kernel that takes a flag of maps. */
  public static KernelRelease of(MapFlag flag) {
    KernelRelease release = FLAGS.get(flag);
    if (release == null) {
      throw new IllegalArgumentException("nothing is known of " + flag);
    }
    return release;
  }
}
