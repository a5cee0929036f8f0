package dev.sluice.engine.map;

import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.vm.GuestMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the longest prefix ({@code kernel/bpf/lpm_trie.c}): a binary trie whose paths skip what all
 * below have in common. A key is a length of 4 bytes in host byte order and as many bytes of
 * address as fit; a node without a value only parts two others.
 */
public final class PrefixTrie extends EngineMap {
  private static final int NONE = -1;
  private static final int LENGTH_BYTES = 4;

  private final int dataSize;
  private final int maxLength;
  private byte[] data;
  private int[] lengths;
  private int[] children;
  private boolean[] hasValue;
  private int root = NONE;
  private int free = NONE;
  private int high;
  private int size;

  /** An empty trie. */
  public PrefixTrie(Machine machine, MapInfo shape) {
    super(machine, shape, new byte[0], strideOf(shape.valueSize()));
    dataSize = shape.keySize() - LENGTH_BYTES;
    maxLength = 8 * dataSize;
    data = new byte[0];
    lengths = new int[0];
    children = new int[0];
    hasValue = new boolean[0];
    grow(16);
  }

  private void grow(int capacity) {
    data = Arrays.copyOf(data, Math.multiplyExact(capacity, dataSize));
    lengths = Arrays.copyOf(lengths, capacity);
    children = Arrays.copyOf(children, 2 * capacity);
    hasValue = Arrays.copyOf(hasValue, capacity);
    values = Arrays.copyOf(values, Math.multiplyExact(capacity, stride()));
  }

  /** Bits that a node's prefix and a key have in common, up to the shorter of the two. */
  private int common(int node, byte[] keys, int at, int length) {
    int limit = Math.min(lengths[node], length);
    int mine = node * dataSize;
    int bits = 0;
    for (int i = 0; bits < limit; i++) {
      int difference = (data[mine + i] ^ keys[at + i]) & 0xff;
      if (difference != 0) {
        return Math.min(limit, bits + Integer.numberOfLeadingZeros(difference) - 24);
      }
      bits += 8;
    }
    return limit;
  }

  private static int bit(byte[] bytes, int at, int index) {
    return (bytes[at + (index >>> 3)] >>> (7 - (index & 7))) & 1;
  }

  @Override
  public int find(byte[] keys, int at) {
    int length = GuestMemory.getInt(keys, at);
    if (Integer.compareUnsigned(length, maxLength) > 0) {
      return -1;
    }
    int from = at + LENGTH_BYTES;
    int found = NONE;
    int node = root;
    while (node != NONE) {
      int match = common(node, keys, from, length);
      if (match < lengths[node]) {
        break;
      }
      if (hasValue[node]) {
        found = node;
      }
      if (match == maxLength) {
        break;
      }
      // Bits behind a shorter key count too, as the kernel has it: they are in the key.
      node = children[2 * node + bit(keys, from, lengths[node])];
    }
    return found == NONE ? -1 : found * stride();
  }

  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    if (flags < 0 || flags > Results.CHANGE) {
      return Results.EINVAL;
    }
    int length = GuestMemory.getInt(keys, keyAt);
    if (Integer.compareUnsigned(length, maxLength) > 0) {
      return Results.EINVAL;
    }
    int from = keyAt + LENGTH_BYTES;
    int parent = NONE;
    int side = 0;
    int node = root;
    int match = 0;
    while (node != NONE) {
      match = common(node, keys, from, length);
      if (match != lengths[node] || lengths[node] == length) {
        break;
      }
      parent = node;
      side = bit(keys, from, lengths[node]);
      node = children[2 * node + side];
    }
    boolean same = node != NONE && lengths[node] == length && match == length;
    if (same && hasValue[node]) {
      if (flags == Results.CREATE) {
        return Results.EEXIST;
      }
      System.arraycopy(newValues, valueAt, values, node * stride(), valueSize());
      return Results.DONE;
    }
    if (flags == Results.CHANGE) {
      return Results.ENOENT;
    }
    if (size == shape().maxEntries()) {
      return Results.ENOSPC;
    }
    size++;
    int value = same ? node : insert(keys, from, length, parent, side, node, match);
    hasValue[value] = true;
    System.arraycopy(newValues, valueAt, values, value * stride(), valueSize());
    return Results.DONE;
  }

  /** Puts a node between a parent and a node below it; a third parts the two where they differ. */
  private int insert(byte[] keys, int from, int length, int parent, int side, int node, int match) {
    int added = take(keys, from, length);
    if (node == NONE) {
      hang(parent, side, added);
    } else if (match == length) {
      children[2 * added + bit(data, node * dataSize, length)] = node;
      hang(parent, side, added);
    } else {
      int between = take(data, node * dataSize, match);
      children[2 * between + bit(keys, from, match)] = added;
      children[2 * between + bit(data, node * dataSize, match)] = node;
      hang(parent, side, between);
    }
    return added;
  }

  private void hang(int parent, int side, int node) {
    if (parent == NONE) {
      root = node;
    } else {
      children[2 * parent + side] = node;
    }
  }

  private int take(byte[] source, int from, int length) {
    int node;
    if (free != NONE) {
      node = free;
      free = children[2 * node];
    } else {
      if (high == lengths.length) {
        // The source may be the array that is replaced; its bytes stay in the old one.
        grow(2 * high);
      }
      node = high++;
    }
    System.arraycopy(source, from, data, node * dataSize, dataSize);
    lengths[node] = length;
    children[2 * node] = NONE;
    children[2 * node + 1] = NONE;
    hasValue[node] = false;
    return node;
  }

  private void give(int node) {
    lengths[node] = NONE;
    hasValue[node] = false;
    children[2 * node] = free;
    free = node;
  }

  @Override
  public int delete(byte[] keys, int at) {
    int length = GuestMemory.getInt(keys, at);
    if (Integer.compareUnsigned(length, maxLength) > 0) {
      return Results.EINVAL;
    }
    int from = at + LENGTH_BYTES;
    int grandparent = NONE;
    int parentSide = 0;
    int parent = NONE;
    int side = 0;
    int node = root;
    while (node != NONE) {
      int match = common(node, keys, from, length);
      if (match != lengths[node] || lengths[node] == length) {
        if (match != lengths[node] || lengths[node] != length) {
          return Results.ENOENT;
        }
        break;
      }
      grandparent = parent;
      parentSide = side;
      parent = node;
      side = bit(keys, from, lengths[node]);
      node = children[2 * node + side];
    }
    if (node == NONE || !hasValue[node]) {
      return Results.ENOENT;
    }
    size--;
    hasValue[node] = false;
    int left = children[2 * node];
    int right = children[2 * node + 1];
    if (left != NONE && right != NONE) {
      return Results.DONE;
    }
    int rest = left != NONE ? left : right;
    if (rest == NONE && parent != NONE && !hasValue[parent]) {
      // The parent only parted this node from its sibling, which takes the parent's place.
      hang(grandparent, parentSide, children[2 * parent + 1 - side]);
      give(parent);
    } else {
      hang(parent, side, rest);
    }
    give(node);
    return Results.DONE;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    int from = 0;
    if (key != null) {
      int exact = exact(key);
      from = exact < 0 ? 0 : exact + 1;
    }
    for (int node = from; node < high; node++) {
      if (hasValue[node]) {
        GuestMemory.putInt(next, 0, lengths[node]);
        System.arraycopy(data, node * dataSize, next, LENGTH_BYTES, dataSize);
        return Results.DONE;
      }
    }
    return Results.ENOENT;
  }

  private int exact(byte[] key) {
    int length = GuestMemory.getInt(key, 0);
    int node = root;
    while (node != NONE && Integer.compareUnsigned(length, maxLength) <= 0) {
      int match = common(node, key, LENGTH_BYTES, length);
      if (match != lengths[node]) {
        return NONE;
      }
      if (lengths[node] == length) {
        return hasValue[node] ? node : NONE;
      }
      node = children[2 * node + bit(key, LENGTH_BYTES, lengths[node])];
    }
    return NONE;
  }
}
