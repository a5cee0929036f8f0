package dev.sluice.bpf;

/** Loads and stores that other processors see as one step ({@code BPF_ATOMIC}). */
public sealed interface Atomic extends Instruction {
  /** How many bytes are touched. */
  MemorySize size();

  /** The register with the address. */
  Register base();

  /** Bytes from the base, -32768 to 32767. */
  int offset();

  /**
   * {@code lock *(u64 *)(r1 + 0) += r2} and the forms that give the old value back.
   *
   * @param size 4 or 8 bytes
   * @param offset bytes from the base, -32768 to 32767
   */
  record Update(
      AtomicOperator operator, MemorySize size, Register base, int offset, Register source)
      implements Atomic {
    /**
     * @throws IllegalArgumentException if the offset is out of range or the size not 4 or 8 bytes
     */
    public Update {
      if (size != MemorySize.WORD && size != MemorySize.DOUBLE) {
        throw new IllegalArgumentException(
            "an atomic update takes 4 or 8 bytes, not " + size.bytes());
      }
      Offset.check16("atomic offset", offset);
    }
  }

  /**
   * {@code r1 = load_acquire((u64 *)(r2 + 0))}: nothing after it happens before it.
   *
   * @param offset bytes from the base, -32768 to 32767
   */
  record LoadAcquire(MemorySize size, Register destination, Register base, int offset)
      implements Atomic {
    /**
     * @throws IllegalArgumentException if the offset is out of range
     */
    public LoadAcquire {
      Offset.check16("atomic offset", offset);
    }
  }

  /**
   * {@code store_release((u64 *)(r1 + 0), r2)}: nothing before it happens after it.
   *
   * @param offset bytes from the base, -32768 to 32767
   */
  record StoreRelease(MemorySize size, Register base, int offset, Register source)
      implements Atomic {
    /**
     * @throws IllegalArgumentException if the offset is out of range
     */
    public StoreRelease {
      Offset.check16("atomic offset", offset);
    }
  }
}
