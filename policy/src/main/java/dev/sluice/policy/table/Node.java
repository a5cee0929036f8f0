package dev.sluice.policy.table;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Eight bits of addresses: the prefixes that end in them, and the nodes below. */
final class Node {
  static final int WIDTH = 256;

  /** The node above; null if that is the direct table. */
  final @Nullable Node parent;

  /** Which slot of what is above leads here. */
  final int key;

  /** Which byte of an address it splits. */
  final int depth;

  boolean dirty;

  /** What is in the maps; null if nothing is. */
  @Nullable NodeImage image;

  /** How many prefixes end in it and in the nodes below. */
  int size;

  /** How many of them are in the maps as a {@link Bucket} of their own; 0 if they are not. */
  int inBucket;

  /**
   * The first of its chunks, or of its bucket with {@link Addresses#BUCKET}; 0 if it has none in
   * the maps.
   */
  int place;

  /** The first of its slots. */
  int slotsAt;

  // Prefixes by 1 << bits | their bits, so shorter ones come first.
  private short[] keys = new short[2];
  private int[] values = new int[2];
  private int count;
  private short[] childKeys = new short[0];
  private Node[] children = new Node[0];

  Node(@Nullable Node parent, int key, int depth) {
    this.parent = parent;
    this.key = key;
    this.depth = depth;
  }

  boolean isEmpty() {
    return count == 0 && children.length == 0;
  }

  /** Sets a prefix's value; returns what it was, 0 for none. */
  int put(int prefix, int value) {
    int at = Arrays.binarySearch(keys, 0, count, (short) prefix);
    if (at >= 0) {
      int old = values[at];
      values[at] = value;
      return old;
    }
    at = -at - 1;
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, count * 2);
      values = Arrays.copyOf(values, count * 2);
    }
    System.arraycopy(keys, at, keys, at + 1, count - at);
    System.arraycopy(values, at, values, at + 1, count - at);
    keys[at] = (short) prefix;
    values[at] = value;
    count++;
    return 0;
  }

  /** Removes a prefix; returns what its value was, 0 for none. */
  int remove(int prefix) {
    int at = Arrays.binarySearch(keys, 0, count, (short) prefix);
    if (at < 0) {
      return 0;
    }
    int old = values[at];
    count--;
    System.arraycopy(keys, at + 1, keys, at, count - at);
    System.arraycopy(values, at + 1, values, at, count - at);
    return old;
  }

  /** The value of the longest of its prefixes that a byte is in, 0 for none. */
  int longest(int octet) {
    for (int prefix = WIDTH | octet; prefix > 1; prefix >>>= 1) {
      int at = Arrays.binarySearch(keys, 0, count, (short) prefix);
      if (at >= 0) {
        return values[at];
      }
    }
    return 0;
  }

  int prefixes() {
    return count;
  }

  /** One of the prefixes, by 1 << bits | their bits, in this order. */
  int prefix(int at) {
    return keys[at];
  }

  int value(int at) {
    return values[at];
  }

  List<Node> children() {
    return List.of(children);
  }

  @Nullable Node child(int octet) {
    int at = Arrays.binarySearch(childKeys, (short) octet);
    return at < 0 ? null : children[at];
  }

  Node addChild(int octet) {
    int at = -Arrays.binarySearch(childKeys, (short) octet) - 1;
    Node child = new Node(this, octet, depth + 1);
    childKeys = Arrays.copyOf(childKeys, childKeys.length + 1);
    children = Arrays.copyOf(children, childKeys.length);
    System.arraycopy(childKeys, at, childKeys, at + 1, childKeys.length - 1 - at);
    System.arraycopy(children, at, children, at + 1, children.length - 1 - at);
    childKeys[at] = (short) octet;
    children[at] = child;
    return child;
  }

  void removeChild(int octet) {
    int at = Arrays.binarySearch(childKeys, (short) octet);
    int left = childKeys.length - 1;
    System.arraycopy(childKeys, at + 1, childKeys, at, left - at);
    System.arraycopy(children, at + 1, children, at, left - at);
    childKeys = Arrays.copyOf(childKeys, left);
    children = Arrays.copyOf(children, left);
  }

  /** Its slots as they should be; the nodes below have their places. */
  NodeImage draw(long[] scratch) {
    Arrays.fill(scratch, 0);
    for (int i = 0; i < count; i++) {
      int length = 31 - Integer.numberOfLeadingZeros(keys[i]);
      int from = keys[i] << (8 - length) & (WIDTH - 1);
      Arrays.fill(scratch, from, from + (WIDTH >>> length), values[i]);
    }
    for (int i = 0; i < children.length; i++) {
      scratch[childKeys[i]] |= (long) children[i].place << 32;
    }
    return NodeImage.of(scratch);
  }
}
