package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.U32;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A hash table of u32 nodes ({@code struct tc_u_hnode}). */
final class U32Table {
  /** The largest number of a node; 0 is the table itself. */
  static final int LAST_NODE = 0xfff;

  /** The first number that a node gets by itself. */
  private static final int FIRST_FREE_NODE = 0x800;

  final int handle;
  final int priority;

  /** Whether a search begins here, so that nothing links to it. */
  final boolean isRoot;

  /** The nodes of each bucket, by their numbers. */
  final @Nullable U32Node[] buckets;

  private final BitSet[] numbers;

  /** Nodes that link here. */
  int links;

  /**
   * An empty table.
   *
   * @param buckets a power of two up to 256
   */
  U32Table(int handle, int priority, int buckets, boolean isRoot) {
    this.handle = handle;
    this.priority = priority;
    this.isRoot = isRoot;
    this.buckets = new @Nullable U32Node[buckets];
    numbers = new BitSet[buckets];
    for (int i = 0; i < buckets; i++) {
      numbers[i] = new BitSet();
      numbers[i].set(0); // the table's own
    }
  }

  /** The table of a handle. */
  static int tableOf(int handle) {
    return handle & 0xfff00000;
  }

  /** The bucket of a handle. */
  static int bucketOf(int handle) {
    return handle >>> 12 & 0xff;
  }

  /** The node of a handle. */
  static int nodeOf(int handle) {
    return handle & LAST_NODE;
  }

  /** Whether a handle names a node and not a table. */
  static boolean namesNode(int handle) {
    return (handle & 0xfffff) != 0;
  }

  /** The node with a handle; null if there is none. */
  @Nullable U32Node find(int nodeHandle) {
    int bucket = bucketOf(nodeHandle);
    U32Node node = bucket < buckets.length ? buckets[bucket] : null;
    while (node != null && node.handle != nodeHandle) {
      node = node.next;
    }
    return node;
  }

  /**
   * A number for a new node of a bucket: from 800 up, then from 1 up.
   *
   * @return the number, 0 if all are taken
   */
  int freeNode(int bucket) {
    int node = numbers[bucket].nextClearBit(FIRST_FREE_NODE);
    if (node > LAST_NODE) {
      node = numbers[bucket].nextClearBit(1);
    }
    return node > LAST_NODE ? 0 : node;
  }

  /** Whether a number of a bucket is taken. */
  boolean isTaken(int bucket, int node) {
    return numbers[bucket].get(node);
  }

  /** Puts a node between those with lower and higher numbers. */
  void insert(U32Node node) {
    int bucket = bucketOf(node.handle);
    int number = nodeOf(node.handle);
    numbers[bucket].set(number);
    U32Node before = null;
    U32Node behind = buckets[bucket];
    while (behind != null && nodeOf(behind.handle) <= number) {
      before = behind;
      behind = behind.next;
    }
    node.next = behind;
    if (before == null) {
      buckets[bucket] = node;
    } else {
      before.next = node;
    }
  }

  /** Takes a node out. */
  void remove(U32Node node) {
    int bucket = bucketOf(node.handle);
    numbers[bucket].clear(nodeOf(node.handle));
    U32Node before = null;
    for (U32Node each = buckets[bucket]; each != null; each = each.next) {
      if (each.equals(node)) {
        if (before == null) {
          buckets[bucket] = node.next;
        } else {
          before.next = node.next;
        }
        return;
      }
      before = each;
    }
  }

  /** What a listing tells of it. */
  U32 describe() {
    return new U32(null, 0, 0, buckets.length, null, null, null, 0, List.of(), null, null);
  }
}
