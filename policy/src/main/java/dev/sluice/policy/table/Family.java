package dev.sluice.policy.table;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prefixes of IPv4, or of IPv6. */
final class Family {
  static final int DIRECT_BITS = 16;
  static final int DIRECT = 1 << DIRECT_BITS;
  private static final int FIRST_DEPTH = DIRECT_BITS / 8;
  private static final int DEPTHS = 16;

  /** Values of prefixes of up to 16 bits, by 1 << bits | their bits. */
  private final int[] shortValues = new int[2 * DIRECT];

  private final int[] directValues = new int[DIRECT];
  private final @Nullable Node[] roots = new @Nullable Node[DIRECT];

  /** How many single IPv6 addresses there are below each slot. */
  private final int[] exact = new int[DIRECT];

  private final BitSet dirtyDirect = new BitSet(DIRECT);
  private final List<List<Node>> dirtyNodes = new ArrayList<>();

  Family() {
    for (int i = 0; i < DEPTHS; i++) {
      dirtyNodes.add(new ArrayList<>());
    }
  }

  int put(Prefix prefix, int value) {
    if (prefix.length() <= DIRECT_BITS) {
      return putShort(prefix, value);
    }
    int direct = direct(prefix);
    int last = (prefix.length() - 1) / 8;
    Node node = roots[direct];
    if (node == null) {
      node = new Node(null, direct, FIRST_DEPTH);
      roots[direct] = node;
    }
    while (node.depth < last) {
      int octet = octet(prefix, node.depth);
      Node child = node.child(octet);
      node = child == null ? node.addChild(octet) : child;
    }
    int old = node.put(keyIn(node, prefix), value);
    if (old == 0) {
      count(node, 1);
    }
    if (old != value) {
      mark(node);
    }
    return old;
  }

  int remove(Prefix prefix) {
    if (prefix.length() <= DIRECT_BITS) {
      return putShort(prefix, 0);
    }
    int last = (prefix.length() - 1) / 8;
    Node node = roots[direct(prefix)];
    while (node != null && node.depth < last) {
      node = node.child(octet(prefix, node.depth));
    }
    if (node == null) {
      return 0;
    }
    int old = node.remove(keyIn(node, prefix));
    if (old != 0) {
      count(node, -1);
      mark(node);
    }
    return old;
  }

  private static void count(Node end, int change) {
    for (Node node = end; node != null; node = node.parent) {
      node.size += change;
    }
  }

  int find(Prefix address) {
    int direct = direct(address);
    int found = directValues[direct];
    Node node = roots[direct];
    while (node != null) {
      int octet = octet(address, node.depth);
      int longest = node.longest(octet);
      found = longest == 0 ? found : longest;
      node = node.child(octet);
    }
    return found;
  }

  /** A single IPv6 address has come or gone. */
  void countExact(Prefix address, int change) {
    int direct = direct(address);
    exact[direct] += change;
    dirtyDirect.set(direct);
  }

  private int putShort(Prefix prefix, int value) {
    int length = prefix.length();
    int key = 1 << length | direct(prefix) >>> (DIRECT_BITS - length);
    int old = shortValues[key];
    shortValues[key] = value;
    int from = direct(prefix);
    int to = from + (DIRECT >>> length);
    for (int i = from; i < to; i++) {
      int longest = DIRECT | i;
      while (longest > 0 && shortValues[longest] == 0) {
        longest >>>= 1;
      }
      int now = shortValues[longest];
      if (now != directValues[i]) {
        directValues[i] = now;
        dirtyDirect.set(i);
      }
    }
    return old;
  }

  /** Nothing is in the maps. */
  void markAll() {
    dirtyNodes.forEach(List::clear);
    for (int i = 0; i < DIRECT; i++) {
      if (roots[i] != null) {
        markAll(roots[i]);
      }
      dirtyDirect.set(i, directSlot(i) != 0 || roots[i] != null);
    }
  }

  private void markAll(Node node) {
    node.image = null;
    node.inBucket = 0;
    node.place = 0;
    node.dirty = false;
    mark(node);
    node.children().forEach(this::markAll);
  }

  /** The nodes that changed, deepest first; one that becomes dirty meanwhile is above. */
  List<Node> takeDirty(int depth) {
    List<Node> nodes = dirtyNodes.get(depth);
    dirtyNodes.set(depth, new ArrayList<>());
    nodes.forEach(node -> node.dirty = false);
    return nodes;
  }

  /** The deepest nodes there can be. */
  static int deepest() {
    return DEPTHS - 1;
  }

  /** The nodes below the direct table. */
  static int shallowest() {
    return FIRST_DEPTH;
  }

  /** The slots of the direct table that changed. */
  BitSet takeDirtyDirect() {
    BitSet dirty = (BitSet) dirtyDirect.clone();
    dirtyDirect.clear();
    return dirty;
  }

  long directSlot(int direct) {
    Node root = roots[direct];
    int value = directValues[direct] | (exact[direct] > 0 ? Addresses.EXACT_BELOW : 0);
    return (root == null ? 0 : (long) root.place << 32) | value & 0xffff_ffffL;
  }

  /** What leads to a node has to change. */
  void markAbove(Node node) {
    if (node.parent == null) {
      dirtyDirect.set(node.key);
    } else {
      mark(node.parent);
    }
  }

  /** Takes out a node that has become empty. */
  void drop(Node node) {
    if (node.parent == null) {
      roots[node.key] = null;
    } else {
      node.parent.removeChild(node.key);
    }
    markAbove(node);
  }

  private void mark(Node node) {
    if (!node.dirty) {
      node.dirty = true;
      dirtyNodes.get(node.depth).add(node);
    }
  }

  private static int direct(Prefix prefix) {
    return (int) (prefix.high() >>> (64 - DIRECT_BITS));
  }

  private static int octet(Prefix prefix, int depth) {
    long half = depth < 8 ? prefix.high() : prefix.low();
    return (int) (half >>> (56 - 8 * (depth & 7))) & 0xff;
  }

  private static int keyIn(Node node, Prefix prefix) {
    int length = prefix.length() - 8 * node.depth;
    return 1 << length | octet(prefix, node.depth) >>> (8 - length);
  }
}
