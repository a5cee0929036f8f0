package dev.sluice.engine.helper;

/** What a helper leaves in R0 ({@code enum bpf_return_type} in {@code include/linux/bpf.h}). */
public enum ReturnKind {
  /** A number ({@code RET_INTEGER}). */
  INTEGER,
  /** Nothing: R0 is not readable afterwards ({@code RET_VOID}). */
  VOID,
  /** A value of the map in an argument, or null ({@code RET_PTR_TO_MAP_VALUE_OR_NULL}). */
  MAP_VALUE_OR_NULL,
  /**
   * Memory of the size in an argument, to be given back, or null ({@code
   * RET_PTR_TO_RINGBUF_MEM_OR_NULL}).
   */
  ALLOCATED_MEMORY_OR_NULL
}
