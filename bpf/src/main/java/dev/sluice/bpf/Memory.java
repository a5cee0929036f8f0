package dev.sluice.bpf;

/** Plain loads and stores ({@code BPF_LDX}, {@code BPF_ST}, {@code BPF_STX}, and skb loads). */
public sealed interface Memory extends Instruction {
  /** How many bytes are moved. */
  MemorySize size();

  /**
   * {@code r1 = *(u32 *)(r6 + 76)}, or {@code *(s32 *)} to extend the sign to 64 bits.
   *
   * @param signed whether the sign is extended; not with {@link MemorySize#DOUBLE}
   * @param offset bytes from the base, -32768 to 32767
   */
  record Load(MemorySize size, boolean signed, Register destination, Register base, int offset)
      implements Memory {
    /**
     * @throws IllegalArgumentException if the offset is out of range or 8 bytes are signed
     */
    public Load {
      if (signed && size == MemorySize.DOUBLE) {
        throw new IllegalArgumentException("a load of 8 bytes has no sign to extend");
      }
      Offset.check16("load offset", offset);
    }
  }

  /**
   * {@code *(u8 *)(r10 - 1) = r2} or, with a constant, {@code = 5} (a constant is sign-extended to
   * 8 bytes and cut to fewer).
   *
   * @param offset bytes from the base, -32768 to 32767
   */
  record Store(MemorySize size, Register base, int offset, Operand value) implements Memory {
    /**
     * @throws IllegalArgumentException if the offset is out of range
     */
    public Store {
      Offset.check16("store offset", offset);
    }
  }

  /**
   * {@code r0 = *(u16 *)skb[12]}: loads from the packet in network byte order and ends the program
   * with 0 if the packet is too short. R6 must hold the context; R1 to R5 are lost. A leftover of
   * classic BPF.
   *
   * @param size 1, 2 or 4 bytes
   * @param offset bytes from the start of the packet; negative ones have special meanings
   */
  record LoadAbsolute(MemorySize size, int offset) implements Memory {
    /**
     * @throws IllegalArgumentException if the size is 8 bytes
     */
    public LoadAbsolute {
      Offset.checkSkbLoad(size);
    }
  }

  /**
   * {@code r0 = *(u16 *)skb[r2 + 12]}: like {@link LoadAbsolute}, with an offset in a register.
   *
   * @param size 1, 2 or 4 bytes
   * @param offset bytes, added to the index
   */
  record LoadIndirect(MemorySize size, Register index, int offset) implements Memory {
    /**
     * @throws IllegalArgumentException if the size is 8 bytes
     */
    public LoadIndirect {
      Offset.checkSkbLoad(size);
    }
  }

  /** A load that clears the bits above. */
  static Load load(MemorySize size, Register destination, Register base, int offset) {
    return new Load(size, false, destination, base, offset);
  }

  /** A load that extends the sign. */
  static Load loadSigned(MemorySize size, Register destination, Register base, int offset) {
    return new Load(size, true, destination, base, offset);
  }

  /** A store of a register. */
  static Store store(MemorySize size, Register base, int offset, Operand value) {
    return new Store(size, base, offset, value);
  }

  /** A store of a constant. */
  static Store store(MemorySize size, Register base, int offset, int value) {
    return new Store(size, base, offset, new Immediate(value));
  }
}
