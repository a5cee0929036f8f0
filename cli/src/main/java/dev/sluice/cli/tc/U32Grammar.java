package dev.sluice.cli.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.U32;
import dev.sluice.datapath.tc.U32.Selector;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of a {@code u32} filter. */
final class U32Grammar {
  private static final int NODE = 0xfff;
  private static final int TABLE = 0xfff00000;
  private static final int BUCKET = 0x000ff000;
  private static final int LONGEST_NAME = 16;

  private final Words words;
  private final Problems problems;
  private final Session session;
  private final U32Keys keys = new U32Keys();
  private final List<Action> actions = new ArrayList<>(0);

  private int handle;
  private boolean matches;
  private int selectorFlags;
  private int offsetShift;
  private int offsetMask;
  private int offset;
  private int offsetAt;
  private int hashAt;
  private int hashMask;
  private @Nullable Handle classId;
  private int divisor;
  private long order;
  private int hashTable;
  private boolean sampled;
  private int link;
  private U32.@Nullable Mark mark;
  private @Nullable String inDevice;
  private int flags;

  private U32Grammar(Words words, Session session) {
    this.words = words;
    this.problems = words.problems();
    this.session = session;
  }

  static FilterOptions read(@Nullable String handle, Words words, Session session) {
    return new U32Grammar(words, session).read(handle);
  }

  private FilterOptions read(@Nullable String handleWord) {
    if (handleWord != null) {
      long read = Handles.u32(handleWord);
      if (read == Handles.NONE) {
        problems.line("Illegal filter ID");
        throw Stop.command(1);
      }
      handle = (int) read;
    }
    if (words.isEmpty()) {
      return new FilterOptions(handle, null, null);
    }
    while (!words.isEmpty()) {
      readOption();
    }
    if (order != 0) {
      if ((handle & NODE) != 0 && order != (handle & NODE)) {
        problems.line("\"order\" contradicts \"handle\"");
        throw Stop.command(1);
      }
      handle |= (int) order;
    }
    if (flags == (Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE)) {
      problems.line("skip_hw and skip_sw are mutually exclusive");
      throw Stop.command(1);
    }
    return new FilterOptions(handle, filter(), null);
  }

  private U32 filter() {
    int terminal = classId != null || !actions.isEmpty() ? Selector.TERMINAL : 0;
    Selector selector =
        matches
            ? new Selector(
                selectorFlags | terminal,
                offsetShift,
                offsetMask,
                offset,
                offsetAt,
                hashAt,
                hashMask,
                keys.keys())
            : null;
    return new U32(
        classId, hashTable, link, divisor, selector, mark, inDevice, flags, actions, null, null);
  }

  /** Reads one option; the current word is its first, and is the one behind it afterwards. */
  private void readOption() {
    if (words.stands("match")) {
      words.next();
      U32Selectors selectors = new U32Selectors(words, keys);
      check(selectors.read(), "match");
      if (selectors.mark() != null) {
        mark = selectors.mark();
      }
      matches = true;
    } else if (words.stands("offset")) {
      words.next();
      check(readOffset(), "offset");
    } else if (words.stands("hashkey")) {
      words.next();
      check(readHashKey(), "hashkey");
    } else if (words.stands("classid") || words.is("flowid")) {
      Handle read = Handles.classId(words.next());
      check(read != null, "classid");
      classId = read;
      words.skip();
    } else if (words.stands("divisor")) {
      divisor = readDivisor("Illegal \"divisor\"");
      words.skip();
    } else if (words.stands("order")) {
      order = Digits.unsigned32(words.next(), 0);
      check(order >= 0, "order");
      words.skip();
    } else if (words.is("link")) {
      link = readTable("link");
      if ((link & NODE) != 0) {
        problems.line("\"link\" must be a hash table.");
        throw Stop.command(1);
      }
      words.skip();
    } else if (words.is("ht")) {
      int table = readTable("ht");
      hashTable = sampled ? (hashTable & BUCKET) | (table & TABLE) : table & ~NODE;
      words.skip();
    } else if (words.is("sample")) {
      words.next();
      readSample();
    } else if (words.is("indev")) {
      words.skip();
      if (words.isEmpty()) {
        problems.line("Illegal indev");
        throw Stop.command(1);
      }
      String name = words.word();
      inDevice = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
      words.skip();
    } else if (words.stands("action")) {
      words.next();
      check(ActionGrammar.read(words, session, actions), "action");
    } else if (words.stands("police")) {
      throw problems.unsupported("police");
    } else if (words.is("skip_hw")) {
      flags |= Filter.SKIP_HARDWARE;
      words.skip();
    } else if (words.is("skip_sw")) {
      flags |= Filter.SKIP_SOFTWARE;
      words.skip();
    } else {
      if (!words.is("help")) {
        problems.line("What is \"", words.word(), "\"?");
      }
      problems.text(Usage.U32);
      throw Stop.command(1);
    }
  }

  private void check(boolean understood, String option) {
    if (!understood) {
      problems.line("Illegal \"", option, "\"");
      throw Stop.command(1);
    }
  }

  private int readDivisor(String wrong) {
    long read = Digits.unsigned(words.next(), 0, 0x100);
    if (read < 1 || Long.bitCount(read) != 1) {
      problems.line(wrong);
      throw Stop.command(1);
    }
    return (int) read;
  }

  private int readTable(String option) {
    long read = Handles.u32(words.next());
    check(read != Handles.NONE, option);
    return (int) read;
  }

  /** The bucket of a table that packets with these words fall into. */
  private void readSample() {
    U32Keys sample = new U32Keys();
    U32Selectors selectors = new U32Selectors(words, sample);
    check(selectors.read(), "sample");
    if (selectors.mark() != null) {
      mark = selectors.mark();
    }
    if (sample.keys().size() != 1) {
      problems.line("\"sample\" must contain exactly ONE key.");
      throw Stop.command(1);
    }
    int buckets = 0x100;
    if (words.is("divisor")) {
      buckets = readDivisor("Illegal sample \"divisor\"");
      words.next();
    }
    // tc folds the key as the host reads its bytes, as the kernel did before 2.6.
    int value = sample.keys().getFirst().value();
    int hash =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(value) : value;
    hash ^= hash >>> 16;
    hash ^= hash >>> 8;
    hashTable = ((hash & (buckets - 1)) << 12) | (hashTable & TABLE);
    sampled = true;
  }

  private boolean readOffset() {
    while (!words.isEmpty()) {
      if (words.stands("plus")) {
        long read = Digits.signed32(words.next(), 0);
        if (read == Digits.NONE) {
          return false;
        }
        offset = (int) read & 0xffff;
        selectorFlags |= Selector.OFFSET;
      } else if (words.stands("at")) {
        long read = Digits.signed32(words.next(), 0);
        if (read == Digits.NONE) {
          return false;
        }
        offsetAt = (short) read;
        if ((read & 1) != 0) {
          problems.line("offset \"at\" must be even");
          return false;
        }
        selectorFlags |= Selector.VARIABLE_OFFSET;
      } else if (words.stands("mask")) {
        long read = Digits.unsigned(words.next(), 16, 0xffff);
        if (read < 0) {
          return false;
        }
        offsetMask = (int) read;
        selectorFlags |= Selector.VARIABLE_OFFSET;
      } else if (words.stands("shift")) {
        long read = Digits.signed32(words.next(), 0);
        if (read == Digits.NONE) {
          return false;
        }
        offsetShift = (int) read & 0xff;
        selectorFlags |= Selector.VARIABLE_OFFSET;
      } else if (words.stands("eat")) {
        selectorFlags |= Selector.EAT;
      } else {
        break;
      }
      words.skip();
    }
    return true;
  }

  private boolean readHashKey() {
    while (!words.isEmpty()) {
      if (words.stands("mask")) {
        long read = Digits.unsigned32(words.next(), 16);
        if (read < 0) {
          return false;
        }
        hashMask = (int) read;
      } else if (words.stands("at")) {
        long read = Digits.signed32(words.next(), 0);
        if (read == Digits.NONE || read % 4 != 0) {
          return false;
        }
        hashAt = (short) read;
      } else {
        break;
      }
      words.skip();
    }
    return true;
  }
}
