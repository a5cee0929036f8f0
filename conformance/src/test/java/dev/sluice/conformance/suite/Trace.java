package dev.sluice.conformance.suite;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Codec;
import dev.sluice.datapath.program.TypedMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Which programs saw a packet, in the order they did: a map that each of the suite's programs
 * writes its number to. Slot 0 holds how many numbers there are.
 */
final class Trace implements AutoCloseable {
  /** The name by which programs refer to the map. */
  static final String MAP = "trace";

  private static final int SLOTS = 256;

  private final TypedMap<Integer, Integer> slots;

  Trace(Datapath datapath) {
    BpfMap map = datapath.maps().create(MapSpec.of(MAP, MapType.ARRAY, 4, 4, SLOTS));
    slots = new TypedMap<>(map, Codec.U32, Codec.U32);
  }

  /** The map, for the programs that write to it. */
  BpfMap map() {
    return slots.map();
  }

  /** The numbers so far. */
  List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    int count = slots.get(0).orElseThrow();
    for (int slot = 1; slot <= count; slot++) {
      numbers.add(slots.get(slot).orElseThrow());
    }
    return numbers;
  }

  /** The numbers so far, and begins anew. */
  List<Integer> take() {
    List<Integer> numbers = numbers();
    slots.put(0, 0);
    return numbers;
  }

  @Override
  public void close() {
    slots.map().close();
  }
}
