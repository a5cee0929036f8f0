package dev.sluice.compiler.program;

import java.nio.ByteBuffer;
import java.util.function.LongUnaryOperator;

/**
 * The place of a value in a {@link Table}. What is written here is in the map at once.
 *
 * @param <V> the value's type
 */
public final class Cell<V> {
  private final Layout<V> layout;
  private final byte[] bytes;

  Cell(Layout<V> layout, byte[] bytes) {
    this.layout = layout;
    this.bytes = bytes;
  }

  /** The value as it is now. */
  public V get() {
    return layout.read(bytes);
  }

  /** Writes a value, one component after the other. */
  public void set(V value) {
    byte[] now = layout.write(value);
    System.arraycopy(now, 0, bytes, 0, now.length);
  }

  /** Adds to the value, which is an {@code Integer} or a {@code Long}, atomically. */
  public void add(long amount) {
    add("", amount);
  }

  /**
   * Adds to a component of the value, atomically.
   *
   * @param component the name of an {@code int} or a {@code long}; a constant, as below
   */
  public void add(String component, long amount) {
    getAndAdd(component, amount);
  }

  /** Adds to the value as {@link #add(long)} does; what it was. */
  public long getAndAdd(long amount) {
    return getAndAdd("", amount);
  }

  /** Adds to a component as {@link #add(String, long)} does; what it was. */
  public long getAndAdd(String component, long amount) {
    return update(component, old -> old + amount);
  }

  /** Sets bits of the value, atomically; what it was. */
  public long getAndOr(long bits) {
    return getAndOr("", bits);
  }

  /** Sets bits of a component, atomically; what it was. */
  public long getAndOr(String component, long bits) {
    return update(component, old -> old | bits);
  }

  /** Keeps only some bits of the value, atomically; what it was. */
  public long getAndAnd(long bits) {
    return getAndAnd("", bits);
  }

  /** Keeps only some bits of a component, atomically; what it was. */
  public long getAndAnd(String component, long bits) {
    return update(component, old -> old & bits);
  }

  /** Changes bits of the value, atomically; what it was. */
  public long getAndXor(long bits) {
    return getAndXor("", bits);
  }

  /** Changes bits of a component, atomically; what it was. */
  public long getAndXor(String component, long bits) {
    return update(component, old -> old ^ bits);
  }

  /** Writes the value, atomically; what it was. */
  public long getAndSet(long number) {
    return getAndSet("", number);
  }

  /** Writes a component, atomically; what it was. */
  public long getAndSet(String component, long number) {
    return update(component, _ -> number);
  }

  /**
   * Writes the value if it is as expected, atomically.
   *
   * @return whether it was
   */
  public boolean compareAndSet(long expected, long number) {
    return compareAndSet("", expected, number);
  }

  /**
   * Writes a component if it is as expected, atomically. Of an {@code int}, the lower 32 bits
   * count.
   *
   * @return whether it was
   */
  public boolean compareAndSet(String component, long expected, long number) {
    boolean wide = counter(component).size() == Long.BYTES;
    long wanted = wide ? expected : (int) expected;
    return update(component, old -> old == wanted ? number : old) == wanted;
  }

  private Layout.Field counter(String component) {
    return layout
        .field(component)
        .filter(one -> one.size() >= 4 && !one.networkOrder())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    layout.type().getName() + " has no int or long '" + component + "'"));
  }

  private long update(String component, LongUnaryOperator change) {
    Layout.Field field = counter(component);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long old = ((Number) Layout.read(buffer, field)).longValue();
    Layout.write(buffer, field, change.applyAsLong(old));
    return old;
  }

  /** Writes a component of the value. */
  public void set(String component, long number) {
    Layout.Field field =
        layout
            .field(component)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        layout.type().getName() + " has no '" + component + "'"));
    Layout.write(ByteBuffer.wrap(bytes), field, number);
  }
}
