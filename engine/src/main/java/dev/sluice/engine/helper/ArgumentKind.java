package dev.sluice.engine.helper;

/**
 * What a helper expects in a register ({@code enum bpf_arg_type} with its flags in {@code
 * include/linux/bpf.h}).
 */
public enum ArgumentKind {
  /** Any initialised register ({@code ARG_ANYTHING}). */
  ANYTHING,
  /** The context ({@code ARG_PTR_TO_CTX}). */
  CONTEXT,
  /** A map itself ({@code ARG_CONST_MAP_PTR}). */
  MAP,
  /** A key of the map in an earlier argument, readable ({@code ARG_PTR_TO_MAP_KEY}). */
  MAP_KEY,
  /** A value of the map in an earlier argument, readable ({@code ARG_PTR_TO_MAP_VALUE}). */
  MAP_VALUE,
  /**
   * Room for a value of the map in an earlier argument, which the helper fills ({@code
   * ARG_PTR_TO_MAP_VALUE | MEM_UNINIT | MEM_WRITE}).
   */
  MAP_VALUE_ROOM,
  /** Memory that the helper reads; its size follows ({@code ARG_PTR_TO_MEM | MEM_RDONLY}). */
  MEMORY,
  /** The same, or null ({@code ARG_PTR_TO_MEM | PTR_MAYBE_NULL | MEM_RDONLY}). */
  MEMORY_OR_NULL,
  /**
   * Memory that the helper fills; its size follows ({@code ARG_PTR_TO_UNINIT_MEM}, {@code
   * MEM_WRITE}).
   */
  MEMORY_ROOM,
  /** The same, or null ({@code ARG_PTR_TO_MEM_OR_NULL | MEM_WRITE} of {@code snprintf}). */
  MEMORY_ROOM_OR_NULL,
  /**
   * Memory of a size of its own that the helper reads and writes ({@code ARG_PTR_TO_FIXED_SIZE_MEM
   * | MEM_WRITE | MEM_ALIGNED}).
   */
  FIXED_MEMORY,
  /** The size of the memory before it, 1 or more ({@code ARG_CONST_SIZE}). */
  SIZE,
  /** The size of the memory before it, 0 or more ({@code ARG_CONST_SIZE_OR_ZERO}). */
  SIZE_OR_ZERO,
  /** Bytes to allocate, a constant ({@code ARG_CONST_ALLOC_SIZE_OR_ZERO}). */
  ALLOCATION_SIZE,
  /** Memory that a helper allocated and this one takes back ({@code ARG_PTR_TO_RINGBUF_MEM}). */
  ALLOCATED_MEMORY,
  /** A {@code struct bpf_spin_lock} in a map's value ({@code ARG_PTR_TO_SPIN_LOCK}). */
  SPIN_LOCK,
  /** A function of the program ({@code ARG_PTR_TO_FUNC}). */
  FUNCTION,
  /** Memory on the stack, or null ({@code ARG_PTR_TO_STACK | PTR_MAYBE_NULL}). */
  STACK_OR_NULL,
  /** A constant string of a read-only map's value ({@code ARG_PTR_TO_CONST_STR}). */
  CONSTANT_STRING;

  /** Whether 0 will do instead ({@code PTR_MAYBE_NULL}). */
  public boolean mayBeNull() {
    return this == MEMORY_OR_NULL || this == MEMORY_ROOM_OR_NULL || this == STACK_OR_NULL;
  }
}
