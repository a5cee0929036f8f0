package dev.sluice.bpf;

import java.util.Locale;
import java.util.Optional;

/**
 * How a map stores and finds its values. Numbers are those of {@code enum bpf_map_type} in {@code
 * include/uapi/linux/bpf.h}, complete up to Linux 6.18.
 */
public enum MapType {
  UNSPECIFIED(0),
  HASH(1),
  ARRAY(2),
  PROG_ARRAY(3),
  PERF_EVENT_ARRAY(4),
  PERCPU_HASH(5),
  PERCPU_ARRAY(6),
  STACK_TRACE(7),
  CGROUP_ARRAY(8),
  LRU_HASH(9),
  LRU_PERCPU_HASH(10),
  LPM_TRIE(11),
  ARRAY_OF_MAPS(12),
  HASH_OF_MAPS(13),
  DEVMAP(14),
  SOCKMAP(15),
  CPUMAP(16),
  XSKMAP(17),
  SOCKHASH(18),
  CGROUP_STORAGE(19),
  REUSEPORT_SOCKARRAY(20),
  PERCPU_CGROUP_STORAGE(21),
  QUEUE(22),
  STACK(23),
  SK_STORAGE(24),
  DEVMAP_HASH(25),
  STRUCT_OPS(26),
  RINGBUF(27),
  INODE_STORAGE(28),
  TASK_STORAGE(29),
  BLOOM_FILTER(30),
  USER_RINGBUF(31),
  CGRP_STORAGE(32),
  ARENA(33);

  private static final MapType[] BY_NUMBER = values();

  private final int number;

  MapType(int number) {
    this.number = number;
  }

  /** The number the kernel knows this type by. */
  public int number() {
    return number;
  }

  /** The name {@code bpftool} prints, such as {@code lpm_trie}. */
  public String kernelName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether each processor has its own value, so that user space reads and writes all of them. */
  public boolean isPerCpu() {
    return switch (this) {
      case PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE -> true;
      default -> false;
    };
  }

  /** Whether the values are other maps, so that a {@link MapSpec} needs an inner map. */
  public boolean holdsMaps() {
    return this == ARRAY_OF_MAPS || this == HASH_OF_MAPS;
  }

  /** The type with this kernel number, or empty if it is newer than Linux 6.18. */
  public static Optional<MapType> find(int number) {
    return number >= 0 && number < BY_NUMBER.length
        ? Optional.of(BY_NUMBER[number])
        : Optional.empty();
  }

  /** The type with this kernel name, in any case. */
  public static Optional<MapType> find(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    for (MapType type : BY_NUMBER) {
      if (type != UNSPECIFIED && type.kernelName().equals(wanted)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
