package dev.sluice.cli.tc;

import dev.sluice.cli.tc.Units.SizeAndCell;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import java.util.List;

/** The options of an {@code htb} qdisc and of its classes. */
final class HtbGrammar {
  private static final int INTERFACE_VERSION = 3;
  private static final int DEFAULT_R2Q = 10;
  private static final int DEFAULT_MTU = 1600;
  private static final long NO_DIRECT_QUEUE_LENGTH = 0xffff_ffffL;

  private final Words words;
  private final Problems problems;

  private HtbGrammar(Words words) {
    this.words = words;
    this.problems = words.problems();
  }

  /** Reads the options of a qdisc. */
  static Htb qdisc(Words words) {
    return new HtbGrammar(words).qdisc();
  }

  private Htb qdisc() {
    long defaultClass = 0;
    long rateToQuantum = DEFAULT_R2Q;
    long directQueueLength = NO_DIRECT_QUEUE_LENGTH;
    boolean offload = false;
    int debug = 0;
    while (!words.isEmpty()) {
      if (words.stands("r2q")) {
        rateToQuantum = number("r2q", 10);
      } else if (words.stands("default")) {
        defaultClass = number("default", 16);
      } else if (words.stands("debug")) {
        debug = debug(words.next());
      } else if (words.stands("direct_qlen")) {
        directQueueLength = number("direct_qlen", 10);
      } else if (words.stands("offload")) {
        offload = true;
      } else {
        problems.line("What is \"", words.word(), "\"?").text(Usage.HTB);
        throw Stop.command(1);
      }
      words.skip();
    }
    return new Htb(
        (int) defaultClass,
        (int) rateToQuantum,
        directQueueLength == NO_DIRECT_QUEUE_LENGTH ? null : (Long) directQueueLength,
        offload,
        debug,
        INTERFACE_VERSION);
  }

  /** Up to 16 digits from 0 to 3, two bits each from the lowest. */
  private static int debug(String word) {
    int bits = 0;
    for (int i = 0; i < Math.min(16, word.length()); i++) {
      char digit = word.charAt(i);
      if (digit < '0' || digit > '3') {
        break;
      }
      bits |= (digit - '0') << (2 * i);
    }
    return bits;
  }

  private Stop notUnderstood() {
    if (!words.is("help")) {
      problems.line("What is \"", words.word(), "\"?");
    }
    problems.text(Usage.HTB);
    return Stop.command(1);
  }

  private Stop illegal(String name) {
    problems.line("Illegal \"", name, "\"").text(Usage.HTB);
    return Stop.command(1);
  }

  private long number(String name, int base) {
    long number = Digits.unsigned32(words.next(), base);
    if (number < 0) {
      throw illegal(name);
    }
    return number;
  }

  /** Reads the options of a class. */
  static HtbClass trafficClass(Words words, DeviceSpeed speed, List<String> remarks) {
    return new HtbGrammar(words).trafficClass(speed, remarks);
  }

  private HtbClass trafficClass(DeviceSpeed speed, List<String> remarks) {
    Rate rate = new Rate(0);
    Rate ceil = new Rate(0);
    SizeAndCell burst = new SizeAndCell(0, -1);
    SizeAndCell ceilBurst = burst;
    LinkLayer linkLayer = LinkLayer.ETHERNET;
    long quantum = 0;
    long priority = 0;
    long mtu = DEFAULT_MTU;
    long mpu = 0;
    long overhead = 0;
    while (!words.isEmpty()) {
      if (words.stands("prio")) {
        priority = number("prio", 10);
      } else if (words.stands("mtu")) {
        mtu = number("mtu", 10);
      } else if (words.stands("mpu")) {
        mpu = shortNumber("mpu");
      } else if (words.stands("overhead")) {
        overhead = shortNumber("overhead");
      } else if (words.stands("linklayer")) {
        LinkLayer layer = RateSpecs.linkLayer(words.next());
        if (layer == null) {
          throw illegal("linklayer");
        }
        linkLayer = layer;
      } else if (words.stands("quantum")) {
        quantum = number("quantum", 10);
      } else if (words.stands("burst") || words.is("buffer") || words.is("maxburst")) {
        burst = size(remarks);
      } else if (words.stands("cburst") || words.is("cbuffer") || words.is("cmaxburst")) {
        ceilBurst = size(remarks);
      } else if (words.is("ceil")) {
        ceil = rate("ceil", ceil, speed);
      } else if (words.is("rate")) {
        rate = rate("rate", rate, speed);
      } else {
        throw notUnderstood();
      }
      words.skip();
    }
    if (rate.bytesPerSecond() == 0) {
      problems.line("\"rate\" is required.");
      throw Stop.command(1);
    }
    if (ceil.bytesPerSecond() == 0) {
      ceil = rate;
    }
    return new HtbClass(
        RateSpecs.of(rate, (int) overhead, (int) mpu, linkLayer, mtu, burst.cellLog()),
        RateSpecs.of(ceil, (int) overhead, (int) mpu, linkLayer, mtu, ceilBurst.cellLog()),
        bucket(rate, burst, mtu),
        bucket(ceil, ceilBurst, mtu),
        quantum,
        (int) priority,
        0);
  }

  private static Bucket bucket(Rate rate, SizeAndCell size, long mtu) {
    long bytes = size.bytes() != 0 ? size.bytes() : HtbClass.defaultBurst(rate, mtu);
    return Bucket.of(rate, bytes);
  }

  private long shortNumber(String name) {
    long number = Digits.unsigned(words.next(), 10, 0xffff);
    if (number < 0) {
      throw illegal(name);
    }
    return number;
  }

  private SizeAndCell size(List<String> remarks) {
    String name = words.word();
    String word = words.next();
    SizeAndCell size = Units.sizeAndCell(word);
    if (size == null) {
      throw illegal(name);
    }
    Remarks.sizeInBits(name, word, size.bytes(), remarks);
    return size;
  }

  private Rate rate(String name, Rate before, DeviceSpeed speed) {
    String word = words.next();
    if (before.bytesPerSecond() != 0) {
      problems.line("Double \"", name, "\" spec");
      throw Stop.command(1);
    }
    Rate rate = Units.rate(word, speed, problems);
    if (rate == null) {
      throw illegal(name);
    }
    return rate;
  }
}
