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

  /**
   * The nodes above the one that was looked for last, and it; each is longer than the one above.
   */
  private final int[] path;

  private int pathLength;
  private int root = NONE;
  private int free = NONE;
  private int high;
  private int size;

  /** An empty trie. */
  public PrefixTrie(Machine machine, MapInfo shape) {
    super(machine, shape, new byte[0], strideOf(shape.valueSize()), NO_LOCK);
    dataSize = shape.keySize() - LENGTH_BYTES;
    maxLength = 8 * dataSize;
    path = new int[maxLength + 1];
    data = new byte[0];
    lengths = new int[0];
    children = new int[0];
    hasValue = new boolean[0];
    grow(16);
  }

  private void grow(int capacity) {
    byte[] moreData = Arrays.copyOf(data, Math.multiplyExact(capacity, dataSize));
    int[] moreLengths = Arrays.copyOf(lengths, capacity);
    int[] moreChildren = Arrays.copyOf(children, Math.multiplyExact(2, capacity));
    boolean[] moreHasValue = Arrays.copyOf(hasValue, capacity);
    values = Arrays.copyOf(values, Math.multiplyExact(capacity, stride()));
    data = moreData;
    lengths = moreLengths;
    children = moreChildren;
    hasValue = moreHasValue;
  }

  /** Whether there is room for a new prefix and a node that parts it, or could be made. */
  private boolean hasRoom() {
    if (high + 2 <= lengths.length) {
      return true;
    }
    int capacity = 2 * lengths.length;
    if ((long) capacity * Math.max(stride(), Math.max(dataSize, 2)) > MOST_BYTES) {
      return false;
    }
    try {
      grow(capacity);
      return true;
    } catch (OutOfMemoryError _) {
      return false; // what became longer is only not used yet
    }
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
      return set(node, keys, from, newValues, valueAt);
    }
    if (flags == Results.CHANGE) {
      return Results.ENOENT;
    }
    if (size == shape().maxEntries()) {
      return Results.ENOSPC;
    }
    if (!hasRoom()) {
      return Results.ENOMEM;
    }
    size++;
    int place = same ? node : insert(keys, from, length, parent, side, node, match);
    hasValue[place] = true;
    return set(place, keys, from, newValues, valueAt);
  }

  /** Bits of the key behind its length are kept as they are, as in the kernel. */
  private int set(int node, byte[] keys, int from, byte[] newValues, int valueAt) {
    System.arraycopy(keys, from, data, node * dataSize, dataSize);
    copyIn(newValues, valueAt, node * stride());
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

  /** {@code trie_get_next_key}: longer prefixes before those that hold them, from 0 to 1. */
  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    int node = key == null ? NONE : exact(key);
    int found = node == NONE ? firstBelow(root) : behindAncestors();
    if (found == NONE) {
      return Results.ENOENT;
    }
    GuestMemory.putInt(next, 0, lengths[found]);
    System.arraycopy(data, found * dataSize, next, LENGTH_BYTES, dataSize);
    return Results.DONE;
  }

  /** The first prefix at or below a node: a leaf, as nodes without a value have two children. */
  private int firstBelow(int top) {
    int found = NONE;
    int node = top;
    while (node != NONE) {
      found = node;
      node = children[2 * node] != NONE ? children[2 * node] : children[2 * node + 1];
    }
    return found;
  }

  /** The prefix behind the one at the end of the path. */
  private int behindAncestors() {
    for (int depth = pathLength - 1; depth > 0; depth--) {
      int parent = path[depth - 1];
      int right = children[2 * parent + 1];
      if (children[2 * parent] == path[depth] && right != NONE) {
        return firstBelow(right);
      }
      if (hasValue[parent]) {
        return parent;
      }
    }
    return NONE;
  }

  /** The node of a key, and the path to it; −1 if it is not there. */
  private int exact(byte[] key) {
    int length = GuestMemory.getInt(key, 0);
    if (Integer.compareUnsigned(length, maxLength) > 0) {
      return NONE;
    }
    pathLength = 0;
    int node = root;
    while (node != NONE) {
      path[pathLength++] = node;
      if (common(node, key, LENGTH_BYTES, length) != lengths[node]) {
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
