package dev.sluice.engine.map;

import dev.sluice.bpf.MapType;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A queue or stack of values ({@code kernel/bpf/queue_stack_maps.c}). */
public final class QueueMap extends KeylessMap {
  /** Makes room for a new value by dropping the oldest ({@code BPF_EXIST}). */
  private static final long REPLACE_OLDEST = Results.CHANGE;

  private final boolean stack;
  private int oldest;
  private int size;

  /** An empty queue or stack. */
  public QueueMap(Machine machine, MapInfo shape) {
    super(
        machine,
        shape,
        new byte[Math.multiplyExact(shape.maxEntries(), strideOf(shape.valueSize()))],
        strideOf(shape.valueSize()));
    stack = shape.type() == MapType.STACK;
  }

  /** Adds a value; 0 or a negative error number. */
  public int push(byte[] source, int at, long flags) {
    if (flags != Results.ANY && flags != REPLACE_OLDEST) {
      return Results.EINVAL;
    }
    if (size == shape().maxEntries()) {
      if (flags != REPLACE_OLDEST) {
        return Results.E2BIG;
      }
      oldest = (oldest + 1) % shape().maxEntries();
      size--;
    }
    int place = (oldest + size) % shape().maxEntries();
    System.arraycopy(source, at, values, place * stride(), valueSize());
    size++;
    return Results.DONE;
  }

  /** Copies the next value, and takes it out if told; 0 or a negative error number. */
  public int peek(byte[] out, int at, boolean remove) {
    if (size == 0) {
      Arrays.fill(out, at, at + valueSize(), (byte) 0);
      return Results.ENOENT;
    }
    int place = stack ? (oldest + size - 1) % shape().maxEntries() : oldest;
    System.arraycopy(values, place * stride(), out, at, valueSize());
    if (remove) {
      size--;
      if (!stack) {
        oldest = (oldest + 1) % shape().maxEntries();
      }
    }
    return Results.DONE;
  }

  @Override
  public int delete(byte[] keys, int at) {
    return Results.EINVAL;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return Results.EINVAL;
  }

  @Override
  public boolean read(byte[] key, byte[] out) {
    return peek(out, 0, false) == Results.DONE;
  }

  @Override
  public int write(byte[] key, byte[] value, long flags) {
    return push(value, 0, flags);
  }
}
