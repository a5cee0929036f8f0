package dev.sluice.kernel.netlink;

/** Tells the entries of a listing apart. */
public interface EntryKey {
  /**
   * A number for an entry: equal for the same entry whenever it is read, and, but for a chance that
   * is negligible over 64 bits, different for others.
   */
  long of(MessageReader message);

  /**
   * Whether several entries may have one key. Where not, one that comes again in the same reading,
   * because others went in front of it meanwhile, is not handed over again.
   */
  default boolean mayRepeat() {
    return false;
  }

  /** Mixes a further number into a key. Each output bit depends on every input bit. */
  static long mix(long key, long number) {
    // the finalizer of MurmurHash3 as in SplitMix64
    long z = key * 0x9e37_79b9_7f4a_7c15L + number;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }
}
