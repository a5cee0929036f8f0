package dev.sluice.engine.context;

/** Fields of a context that hold an address in the packet. */
public enum ContextPointer {
  /** {@code data}: the packet's first byte. */
  DATA,
  /** {@code data_end}: behind the last byte that is held. */
  DATA_END,
  /** {@code data_meta}: the first byte of metadata before the packet. */
  DATA_META
}
