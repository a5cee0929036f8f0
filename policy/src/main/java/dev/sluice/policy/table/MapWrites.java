package dev.sluice.policy.table;

import dev.sluice.datapath.program.BpfMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be written, in the order in which programs may see it. */
final class MapWrites {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final List<BpfMap.Entry> newChunks = new ArrayList<>();
  private final List<BpfMap.Entry> newSlots = new ArrayList<>();
  private final List<BpfMap.Entry> changedChunks = new ArrayList<>();
  private final List<BpfMap.Entry> changedSlots = new ArrayList<>();
  private final List<BpfMap.Entry> direct4 = new ArrayList<>();
  private final List<BpfMap.Entry> direct6 = new ArrayList<>();
  private final List<BpfMap.Entry> exact = new ArrayList<>();
  private final List<byte[]> exactGone = new ArrayList<>();

  /**
   * The maps; null for those that no program of the object uses.
   *
   * @param direct4 of {@link Addresses#PREFIX_DIRECT4}
   * @param direct6 of {@link Addresses#PREFIX_DIRECT6}
   * @param chunks of {@link Addresses#PREFIX_CHUNKS}
   * @param slots of {@link Addresses#PREFIX_SLOTS}
   * @param exact of {@link Addresses#PREFIX_EXACT6}
   */
  record Targets(
      @Nullable BpfMap direct4,
      @Nullable BpfMap direct6,
      @Nullable BpfMap chunks,
      @Nullable BpfMap slots,
      @Nullable BpfMap exact) {}

  void newChunk(int at, long starts, long rest) {
    newChunks.add(new BpfMap.Entry(number(at), chunk(starts, rest)));
  }

  void newSlot(int at, long slot) {
    newSlots.add(new BpfMap.Entry(number(at), number(slot)));
  }

  /** A chunk whose slots are all the same gets another one. */
  void changeChunk(int at, long slot) {
    changedChunks.add(new BpfMap.Entry(number(at), chunk(0, slot)));
  }

  void changeSlot(int at, long slot) {
    changedSlots.add(new BpfMap.Entry(number(at), number(slot)));
  }

  void direct(boolean six, int at, long slot) {
    (six ? direct6 : direct4).add(new BpfMap.Entry(number(at), number(slot)));
  }

  /** A single address gets a value, or has none any more. */
  void exact(Addresses.Address6 address, int value) {
    byte[] key = chunk(address.high(), address.low());
    if (value == 0) {
      exactGone.add(key);
    } else {
      exact.add(new BpfMap.Entry(key, number((long) address.check() << 32 | value & 0xffff_ffffL)));
    }
  }

  void into(Targets maps) {
    write(maps.chunks, newChunks);
    write(maps.slots, newSlots);
    // From here on programs see it.
    if (maps.exact != null && !exactGone.isEmpty()) {
      exactGone.forEach(maps.exact::delete);
    }
    write(maps.exact, exact);
    write(maps.slots, changedSlots);
    write(maps.chunks, changedChunks);
    write(maps.direct4, direct4);
    write(maps.direct6, direct6);
  }

  private static void write(@Nullable BpfMap map, List<BpfMap.Entry> entries) {
    if (map == null || entries.isEmpty()) {
      return;
    }
    if (entries.size() == 1) {
      map.update(entries.getFirst().key(), entries.getFirst().value());
    } else {
      map.updateAll(entries, BpfMap.UpdateMode.ANY);
    }
  }

  private static byte[] number(int number) {
    byte[] bytes = new byte[Integer.BYTES];
    INTS.set(bytes, 0, number);
    return bytes;
  }

  private static byte[] number(long number) {
    byte[] bytes = new byte[Long.BYTES];
    LONGS.set(bytes, 0, number);
    return bytes;
  }

  private static byte[] chunk(long first, long second) {
    byte[] bytes = new byte[2 * Long.BYTES];
    LONGS.set(bytes, 0, first);
    LONGS.set(bytes, Long.BYTES, second);
    return bytes;
  }
}
