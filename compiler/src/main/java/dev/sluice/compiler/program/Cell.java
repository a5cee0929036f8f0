package dev.sluice.compiler.program;

import java.nio.ByteBuffer;

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
   * @param component the name of an {@code int} or a {@code long}; a constant
   */
  public void add(String component, long amount) {
    Layout.Field field =
        layout
            .field(component)
            .filter(one -> one.size() >= 4 && !one.networkOrder())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        layout.type().getName() + " has no int or long '" + component + "'"));
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long old = ((Number) Layout.read(buffer, field)).longValue();
    Layout.write(buffer, field, old + amount);
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
