package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Asks u32 tables about packets ({@code u32_classify} in {@code net/sched/cls_u32.c}).
 *
 * <p>Offsets count from the network header. A word that is not in the packet ends the whole search;
 * the kernel may read what lies in memory before the Ethernet header, where nothing is here.
 */
final class U32Search {
  /** How many links deep a search goes ({@code TC_U32_MAXDEPTH}). */
  private static final int MOST_LINKS = 8;

  /** No match. */
  private static final int NONE = -1;

  /** Flags of a selector that say where offsets begin in the next table. */
  private static final int MOVES =
      U32.Selector.OFFSET | U32.Selector.VARIABLE_OFFSET | U32.Selector.EAT;

  private final boolean atIngress;

  /**
   * The links that searches under way came by. An action may send a packet around so that it comes
   * here again before the search is over, which then uses places above.
   */
  private @Nullable U32Node[] linkNodes = new @Nullable U32Node[MOST_LINKS];

  private int[] linkOffsets = new int[MOST_LINKS];
  private int used;

  U32Search(boolean atIngress) {
    this.atIngress = atIngress;
  }

  /**
   * Searches from a table on.
   *
   * @return a {@code TC_ACT_*} number, {@link EngineAction#CONSUMED}, or −1 for no match
   */
  int classify(U32Table root, SocketBuffer packet, Classification found) {
    int base = used;
    if (base + MOST_LINKS > linkNodes.length) {
      linkNodes = Arrays.copyOf(linkNodes, base + MOST_LINKS);
      linkOffsets = Arrays.copyOf(linkOffsets, base + MOST_LINKS);
    }
    used = base + MOST_LINKS;
    try {
      return search(root, packet, found, base);
    } finally {
      used = base;
    }
  }

  private int search(U32Table root, SocketBuffer packet, Classification found, int base) {
    int depth = 0;
    int start = NetworkHeader.offset(packet);
    int extra = 0;
    U32Node node = root.buckets[0];
    while (true) {
      if (node == null) {
        if (depth == 0) {
          return NONE;
        }
        depth--;
        start = linkOffsets[base + depth];
        node = linkNodes[base + depth];
        if (node == null) {
          throw new AssertionError("a link that was followed");
        }
      } else {
        int matches = matches(node, packet, start, extra);
        if (matches < 0) {
          return NONE;
        }
        if (matches == 0) {
          node = node.next;
          continue;
        }
        U32Table down = node.down;
        if (down != null) {
          if (depth == MOST_LINKS) {
            return NONE;
          }
          linkNodes[base + depth] = node;
          linkOffsets[base + depth] = start;
          depth++;
          U32.Selector selector = node.selector;
          int bucket = 0;
          if (down.buckets.length > 1) {
            int at = start + selector.hashAt();
            if (isOutside(packet, at, 4)) {
              return NONE;
            }
            bucket =
                (word(packet, at) & selector.hashMask()) >>> node.hashShift
                    & down.buckets.length - 1;
          }
          if ((selector.flags() & MOVES) != 0) {
            if ((selector.flags() & (U32.Selector.OFFSET | U32.Selector.VARIABLE_OFFSET)) != 0) {
              extra = selector.offset() + 3;
              if ((selector.flags() & U32.Selector.VARIABLE_OFFSET) != 0) {
                int at = start + selector.offsetAt();
                if (isOutside(packet, at, 2)) {
                  return NONE;
                }
                extra += (half(packet, at) & selector.offsetMask()) >> selector.offsetShift();
              }
              extra &= ~3;
            }
            if ((selector.flags() & U32.Selector.EAT) != 0) {
              start += extra;
              extra = 0;
            }
            if (Integer.compareUnsigned(start, packet.length) >= 0) {
              node = null;
              continue;
            }
          }
          node = down.buckets[bucket];
          continue;
        }
      }
      int verdict = terminal(node, packet, found);
      if (verdict >= 0) {
        return verdict;
      }
      node = node.next;
    }
  }

  /** 1 if a node's mark and words match, 0 if not, −1 if a word is not in the packet. */
  private static int matches(U32Node node, SocketBuffer packet, int start, int extra) {
    node.hits[0]++;
    if ((node.flags & Filter.SKIP_SOFTWARE) != 0) {
      return 0;
    }
    if ((packet.mark & node.markMask) != node.markValue) {
      return 0;
    }
    node.marked[0]++;
    int[] masks = node.masks;
    for (int i = 0; i < masks.length; i++) {
      int at = start + node.offsets[i] + (extra & node.offsetMasks[i]);
      if (isOutside(packet, at, 4)) {
        return -1;
      }
      if (((word(packet, at) ^ node.values[i]) & masks[i]) != 0) {
        return 0;
      }
      node.hits[2 + i]++;
    }
    return 1;
  }

  /** Does what a node that matched is for; a negative number to go on behind it. */
  private int terminal(U32Node node, SocketBuffer packet, Classification found) {
    if (!node.isTerminal()) {
      return NONE;
    }
    found.classId = node.target.classId();
    found.handle = node.handle;
    if (node.inDevice != 0 && node.inDevice != packet.ingressIndex) {
      return NONE;
    }
    node.hits[1]++;
    node.bytes += packet.queueLength;
    return node.actions.run(packet, atIngress);
  }

  private static boolean isOutside(SocketBuffer packet, int at, int size) {
    return at < 0 || at > packet.end - packet.head - size;
  }

  private static int word(SocketBuffer packet, int at) {
    return half(packet, at) << 16 | half(packet, at + 2);
  }

  private static int half(SocketBuffer packet, int at) {
    byte[] bytes = packet.bytes;
    int index = packet.head + at;
    return (bytes[index] & 0xff) << 8 | (bytes[index + 1] & 0xff);
  }
}
