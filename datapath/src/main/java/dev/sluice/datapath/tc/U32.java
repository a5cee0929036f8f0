package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Handle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matches 32-bit words of the packet, in lists or hash tables that link to each other ({@code
 * net/sched/cls_u32.c}).
 *
 * @param classId the class of a packet that matches; null for none
 * @param hashTable the table and bucket it goes to ({@code HT:BKT:}), 0 for the root table
 * @param link the table to go on in when it matches, 0 for none
 * @param divisor for a filter that is a hash table: its buckets, a power of two up to 256; 0 for
 *     one that is not
 * @param selector the words to match; null for a hash table
 * @param mark the packet mark to match; null for none
 * @param inDevice the device that the packet came in on; null for any
 * @param flags {@code Filter.SKIP_*} and {@code Filter.*IN_HARDWARE}
 * @param actions what is done with a packet that matches
 * @param police the payload of a legacy {@code police} option, which Sluice does not model; null
 *     for none
 * @param hits counters, as kernels built with {@code CONFIG_CLS_U32_PERF} report them; null without
 */
public record U32(
    @Nullable Handle classId,
    int hashTable,
    int link,
    int divisor,
    @Nullable Selector selector,
    @Nullable Mark mark,
    @Nullable String inDevice,
    int flags,
    List<Action> actions,
    @Nullable Bytes police,
    @Nullable Hits hits)
    implements Filter {
  /** Checks the divisor and copies the actions. */
  public U32 {
    if (divisor < 0 || divisor > 256 || Integer.bitCount(divisor) > 1) {
      throw new IllegalArgumentException(
          "divisor must be a power of two from 1 to 256, or 0 for no hash table: " + divisor);
    }
    actions = List.copyOf(actions);
  }

  /** A filter that sends packets with these words to a class. */
  public static U32 matching(List<Key> keys, Handle classId) {
    return new U32(classId, 0, 0, 0, Selector.terminal(keys), null, null, 0, List.of(), null, null);
  }

  @Override
  public String kind() {
    return "u32";
  }

  /** The handle of a u32 node from its table (12 bits), bucket (8 bits) and node (12 bits). */
  public static int handle(int table, int bucket, int node) {
    return table << 20 | bucket << 12 | node;
  }

  /** A handle as tc prints it: {@code 800:}, {@code 800::800}, {@code 2:7b:801}. */
  public static String handleText(int handle) {
    StringBuilder text = new StringBuilder();
    int table = handle >>> 20;
    int bucket = handle >>> 12 & 0xff;
    int node = handle & 0xfff;
    if (table != 0) {
      text.append(Integer.toHexString(table)).append(':');
    }
    if (bucket != 0) {
      text.append(Integer.toHexString(bucket));
    }
    if (node != 0) {
      text.append(':').append(Integer.toHexString(node));
    }
    return text.toString();
  }

  /**
   * A word to match ({@code struct tc_u32_key}).
   *
   * @param mask the bits that count, as a big-endian number: {@code 0xff000000} is the first byte
   * @param value what they must be
   * @param offset where the word starts, in bytes from the network header; may be negative, down to
   *     −14 for the Ethernet header
   * @param offsetMask 0, or −1 to start from the next header, as {@link Selector#offset} computes
   *     it
   */
  public record Key(int mask, int value, int offset, int offsetMask) {}

  /**
   * What a node matches and where it goes on ({@code struct tc_u32_sel}).
   *
   * @param flags the sum of {@link #TERMINAL}, {@link #OFFSET}, {@link #VARIABLE_OFFSET} and {@link
   *     #EAT}
   * @param offsetShift how far the masked word of a variable offset is shifted right
   * @param offsetMask the bits of a variable offset's 16-bit word, big-endian
   * @param offset bytes added to the offset in the next table
   * @param offsetAt where the word of a variable offset stands
   * @param hashAt where the word that is hashed for the next table stands
   * @param hashMask the bits of that word, big-endian
   * @param keys the words to match, up to 128
   */
  public record Selector(
      int flags,
      int offsetShift,
      int offsetMask,
      int offset,
      int offsetAt,
      int hashAt,
      int hashMask,
      List<Key> keys) {
    /** A match ends the search ({@code TC_U32_TERMINAL}). */
    public static final int TERMINAL = 1;

    /** {@link #offset} is added ({@code TC_U32_OFFSET}). */
    public static final int OFFSET = 2;

    /** A word of the packet is added ({@code TC_U32_VAROFFSET}). */
    public static final int VARIABLE_OFFSET = 4;

    /** The offset becomes the new start of all later offsets ({@code TC_U32_EAT}). */
    public static final int EAT = 8;

    /** Copies the keys and checks their number. */
    public Selector {
      keys = List.copyOf(keys);
      if (keys.size() > 255) {
        throw new IllegalArgumentException("at most 255 keys: " + keys.size());
      }
    }

    /** A selector that ends the search where all of these words match. */
    public static Selector terminal(List<Key> keys) {
      return new Selector(TERMINAL, 0, 0, 0, 0, 0, 0, keys);
    }
  }

  /**
   * A packet mark to match ({@code struct tc_u32_mark}).
   *
   * @param value what the masked mark must be
   * @param mask the bits that count
   * @param success packets that matched so far, as reported
   */
  public record Mark(int value, int mask, long success) {}

  /**
   * Counters ({@code struct tc_u32_pcnt}).
   *
   * @param lookups how often the node was tried
   * @param matches how often it matched
   * @param keyMatches how often each of its words matched
   */
  public record Hits(long lookups, long matches, List<Long> keyMatches) {
    /** Copies the counters. */
    public Hits {
      keyMatches = List.copyOf(keyMatches);
    }
  }
}
