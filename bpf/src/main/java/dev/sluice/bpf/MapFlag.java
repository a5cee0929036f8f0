package dev.sluice.bpf;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code map_flags} a map is created with: bits 0 to 18 of the {@code BPF_F_*} flags of {@code
 * BPF_MAP_CREATE} in {@code include/uapi/linux/bpf.h}, as of Linux 6.18.
 */
public enum MapFlag {
  /** Take memory when a value is added, not all at once. */
  NO_PREALLOC(0),
  /** Each processor has its own list of what was used last. */
  NO_COMMON_LRU(1),
  NUMA_NODE(2),
  /** Programs of user space may only read. */
  RDONLY(3),
  /** Programs of user space may only write. */
  WRONLY(4),
  STACK_BUILD_ID(5),
  /** Hash without a random seed, for tests. */
  ZERO_SEED(6),
  /** eBPF programs may only read. */
  RDONLY_PROG(7),
  /** eBPF programs may only write. */
  WRONLY_PROG(8),
  CLONE(9),
  /** User space can map the values into its memory. */
  MMAPABLE(10),
  PRESERVE_ELEMS(11),
  /** As an inner map it may be replaced by one of another size. */
  INNER_MAP(12),
  LINK(13),
  PATH_FD(14),
  VTYPE_BTF_OBJ_FD(15),
  TOKEN_FD(16),
  SEGV_ON_FAULT(17),
  NO_USER_CONV(18);

  private static final MapFlag[] ALL = values();

  private final int bit;

  MapFlag(int bit) {
    this.bit = bit;
  }

  /** The bit of the flag in {@code map_flags}. */
  public int mask() {
    return 1 << bit;
  }

  /** The name in {@code .bpfasm} files, such as {@code no_prealloc}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The flag with this name, in any case, with or without {@code BPF_F_} in front. */
  public static Optional<MapFlag> find(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (wanted.startsWith("bpf_f_")) {
      wanted = wanted.substring("bpf_f_".length());
    }
    for (MapFlag flag : ALL) {
      if (flag.text().equals(wanted)) {
        return Optional.of(flag);
      }
    }
    return Optional.empty();
  }

  /** The number with the bits of all these flags. */
  public static int mask(Collection<MapFlag> flags) {
    int mask = 0;
    for (MapFlag flag : flags) {
      mask |= flag.mask();
    }
    return mask;
  }

  /** The flags whose bits are set; bits that are newer than Linux 6.18 are left out. */
  public static Set<MapFlag> ofMask(int mask) {
    EnumSet<MapFlag> flags = EnumSet.noneOf(MapFlag.class);
    for (MapFlag flag : ALL) {
      if ((mask & flag.mask()) != 0) {
        flags.add(flag);
      }
    }
    return flags;
  }
}
