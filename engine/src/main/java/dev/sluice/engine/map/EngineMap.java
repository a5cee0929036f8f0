package dev.sluice.engine.map;

import dev.sluice.bpf.MapType;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.vm.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * A map as programs and the host see it. Values lie one behind the other in one array, so that an
 * address of a value is an offset in it and neither lookup nor update allocates.
 *
 * <p>Results follow the kernel's: 0, or a negative error number.
 */
public abstract class EngineMap extends EngineObject {
  /** Bytes that the values of a map may take: arrays in Java are not longer. */
  static final long MOST_BYTES = Integer.MAX_VALUE - 64L;

  /** {@code BPF_F_LOCK}: take the lock in the value meanwhile. */
  private static final long LOCK = 4;

  private static final byte[] NOTHING = new byte[0];

  /** Values without a lock. */
  protected static final int NO_LOCK = -1;

  private final MapInfo shape;
  private final int slot;
  private final int stride;
  private final Machine machine;
  private final int lock;
  private byte[] walkedKey;
  private boolean frozen;

  /** The values. Replaced by a longer array when the map grows. */
  protected byte[] values;

  /**
   * A new map.
   *
   * @param machine the machine it is on
   * @param shape its type, name and sizes; the number in it does not count
   * @param values room for its first values
   * @param stride bytes from one value to the next, a power of two that is {@code valueSize} or
   *     more
   * @param lock where in a value its {@code struct bpf_spin_lock} is; {@link #NO_LOCK} if it has
   *     none
   */
  @SuppressWarnings("this-escape") // only listed; nobody looks before the monitor is let go
  protected EngineMap(Machine machine, MapInfo shape, byte[] values, int stride, int lock) {
    super(machine.maps());
    this.machine = machine;
    this.lock = lock;
    walkedKey = new byte[shape.keySize()];
    this.shape = shape;
    this.values = values;
    this.stride = stride;
    slot = machine.mapSlots().add(this);
  }

  /** Bytes from one value to the next: the least power of two, 8 or more, that holds a value. */
  public static int strideOf(int valueSize) {
    return valueSize <= 8 ? 8 : Integer.highestOneBit(valueSize - 1) << 1;
  }

  /** Its type, name and sizes. */
  public final MapInfo shape() {
    return shape;
  }

  /** What listings tell of it. */
  public final MapInfo info() {
    return new MapInfo(
        id(),
        shape.type(),
        shape.typeNumber(),
        shape.name(),
        shape.keySize(),
        shape.valueSize(),
        shape.hostValueSize(),
        shape.maxEntries(),
        shape.flags(),
        shape.btfId(),
        shape.btfKeyTypeId(),
        shape.btfValueTypeId());
  }

  /** Its name, which may be empty. */
  public final String name() {
    return shape.name();
  }

  /** Its type. */
  public final MapType type() {
    MapType type = shape.type();
    if (type == null) {
      throw new IllegalStateException("an engine's map has a known type");
    }
    return type;
  }

  /** Bytes of a key. */
  public final int keySize() {
    return shape.keySize();
  }

  /** Bytes of a value as a program sees it. */
  public final int valueSize() {
    return shape.valueSize();
  }

  /** Where addresses find it ({@code Address.MAP_VALUE | slot}). */
  public final int slot() {
    return slot;
  }

  /** The array of all values. Ask again after anything that may have let the map grow. */
  public final byte[] values() {
    return values;
  }

  /** Bytes from one value to the next, a power of two. */
  public final int stride() {
    return stride;
  }

  /** Whether an access lies within one value. */
  public boolean holds(int offset, int size) {
    return offset >= 0
        && size >= 0
        && (long) (offset & (stride - 1)) + size <= shape.valueSize()
        && offset < values.length;
  }

  /**
   * Finds the value of a key, as {@code bpf_map_lookup_elem} does.
   *
   * @param keys the array with the key
   * @param at where the key begins; the caller made sure that all of it is there
   * @return the value's offset in {@link #values}, −1 if there is none
   */
  public abstract int find(byte[] keys, int at);

  /**
   * Makes or changes an entry, as {@code bpf_map_update_elem} does.
   *
   * @param flags {@code BPF_ANY} 0, {@code BPF_NOEXIST} 1, {@code BPF_EXIST} 2
   * @return 0 or a negative error number
   */
  public abstract int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags);

  /**
   * Removes an entry, as {@code bpf_map_delete_elem} does.
   *
   * @return 0 or a negative error number
   */
  public abstract int delete(byte[] keys, int at);

  /**
   * Writes what the host reads for a key.
   *
   * @param out receives {@code hostValueSize} bytes from its start
   * @return whether the key is there
   */
  public boolean read(byte[] key, byte[] out) {
    int at = find(key, 0);
    if (at >= 0) {
      copyOut(at, out);
    }
    return at >= 0;
  }

  /** Copies a value, without what is in its lock ({@code copy_map_value}). */
  final void copyOut(int at, byte[] out) {
    System.arraycopy(values, at, out, 0, valueSize());
    if (lock != NO_LOCK) {
      GuestMemory.putInt(out, lock, 0);
    }
  }

  /** Copies into a value; its lock is free, whatever the copy has there. */
  final void copyIn(byte[] source, int from, int at) {
    System.arraycopy(source, from, values, at, valueSize());
    if (lock != NO_LOCK) {
      GuestMemory.putInt(values, at + lock, 0);
    }
  }

  /**
   * The flags of an update without {@code BPF_F_LOCK}, which counts for nothing here beyond that
   * only values with a lock take it; −1 if they are none.
   */
  final long modeOf(long flags) {
    long mode = lock == NO_LOCK ? flags : flags & ~LOCK;
    return mode >= 0 && mode <= Results.CHANGE ? mode : -1;
  }

  /** Where in a value its {@code struct bpf_spin_lock} is; −1 if it has none. */
  public final int lock() {
    return lock;
  }

  /**
   * Makes or changes an entry as the host asks for it.
   *
   * @param value {@code hostValueSize} bytes
   * @return 0 or a negative error number
   */
  public int write(byte[] key, byte[] value, long flags) {
    return update(key, 0, value, 0, flags);
  }

  /**
   * The key behind a key.
   *
   * @param key a key; null for the first
   * @param next receives the key behind it
   * @return 0, or a negative error number: {@code ENOENT} behind the last
   */
  public abstract int nextKey(byte @Nullable [] key, byte[] next);

  /** What a program does with an entry. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * An entry, the key of which was copied.
     *
     * @param value the value's offset in {@link EngineMap#values}
     * @return whether to go on
     */
    boolean visit(int value);
  }

  /**
   * Visits the entries as {@code bpf_for_each_map_elem} does. A visit may remove and add any.
   *
   * @param key receives the key of each before its visit
   * @return how many were visited
   */
  public long forEach(byte[] key, Visitor visitor) {
    return Results.EOPNOTSUPP;
  }

  /** An array for {@link #forEach}, the same each time unless it is lent already. */
  public final byte[] lendKey() {
    byte[] key = walkedKey;
    walkedKey = NOTHING;
    return key.length == keySize() ? key : new byte[keySize()];
  }

  /** Takes back what {@link #lendKey} lent. */
  public final void takeBackKey(byte[] key) {
    walkedKey = key;
  }

  /** Lets nobody change it from the host any more. */
  public final void freeze() {
    frozen = true;
  }

  /** Whether nobody may change it from the host. */
  public final boolean isFrozen() {
    return frozen;
  }

  /** The machine it is on. */
  protected final Machine machine() {
    return machine;
  }

  @Override
  protected void dispose() {
    machine.mapSlots().remove(slot);
  }

  @Override
  public String toString() {
    return "map " + id() + (name().isEmpty() ? "" : " (" + name() + ")");
  }
}
