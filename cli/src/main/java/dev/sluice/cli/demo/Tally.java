package dev.sluice.cli.demo;

import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Codec;
import dev.sluice.datapath.program.TypedMap;

/**
 * What the examples' counter maps hold.
 *
 * @param packets packets
 * @param bytes bytes
 */
record Tally(long packets, long bytes) {
  private static final Tally NONE = new Tally(0, 0);

  private static final Codec<Tally> CODEC =
      Codec.of(
          2 * Long.BYTES,
          (tally, out) -> out.putLong(tally.packets).putLong(tally.bytes),
          in -> new Tally(in.getLong(), in.getLong()));

  /** The first entry of a map with one counter for all processors. */
  static Tally shared(BpfMap map) {
    return new TypedMap<>(map, Codec.U32, CODEC).get(0).orElse(NONE);
  }

  /** The first entry of a map with a counter for each processor, added up. */
  static Tally perProcessor(BpfMap map) {
    return new TypedMap<>(map, Codec.U32, CODEC).getPerCpu(0).stream().reduce(NONE, Tally::plus);
  }

  /** What was added since. */
  Tally minus(Tally earlier) {
    return new Tally(packets - earlier.packets, bytes - earlier.bytes);
  }

  private Tally plus(Tally other) {
    return new Tally(packets + other.packets, bytes + other.bytes);
  }
}
