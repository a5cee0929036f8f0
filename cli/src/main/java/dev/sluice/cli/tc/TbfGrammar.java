package dev.sluice.cli.tc;

import dev.sluice.cli.tc.Units.SizeAndCell;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import java.util.List;

/** The options of {@code tbf}. */
final class TbfGrammar {
  private static final Rate ZERO = new Rate(0);

  private final Words words;
  private final Problems problems;
  private final DeviceSpeed speed;
  private final List<String> remarks;

  // Zero stands for "not given", as in tc, so that a zero may be given twice.
  private Rate rate = ZERO;
  private Rate peak = ZERO;
  private SizeAndCell burst = new SizeAndCell(0, -1);
  private SizeAndCell mtu = new SizeAndCell(0, -1);
  private long limit;
  private long latency;
  private long mpu;
  private long overhead;
  private LinkLayer linkLayer = LinkLayer.ETHERNET;

  private TbfGrammar(Words words, DeviceSpeed speed, List<String> remarks) {
    this.words = words;
    this.problems = words.problems();
    this.speed = speed;
    this.remarks = remarks;
  }

  static Tbf read(Words words, DeviceSpeed speed, List<String> remarks) {
    return new TbfGrammar(words, speed, remarks).read();
  }

  private Tbf read() {
    while (!words.isEmpty()) {
      readOption();
      words.skip();
    }
    checkComplete();
    RateSpec spec = spec(rate, burst.cellLog());
    Bucket bucket = Bucket.of(rate, burst.bytes());
    long bound = limit != 0 ? limit : limitOfLatency();
    if (peak.bytesPerSecond() == 0) {
      return new Tbf(spec, bucket, null, null, bound);
    }
    return new Tbf(spec, bucket, spec(peak, mtu.cellLog()), Bucket.of(peak, mtu.bytes()), bound);
  }

  private RateSpec spec(Rate rate, int cellLog) {
    return RateSpecs.of(
        rate, (int) overhead, (int) (mpu & 0xffff), linkLayer, mtu.bytes(), cellLog);
  }

  private void readOption() {
    if (words.stands("limit")) {
      String word = words.next();
      refuseTwice(limit != 0, "limit");
      if (latency != 0) {
        problems.line("tbf: specifying both \"latency\" and \"limit\" is not allowed");
        throw Stop.command(1);
      }
      limit = size("limit", word);
    } else if (words.stands("latency")) {
      String word = words.next();
      refuseTwice(latency != 0, "latency");
      if (limit != 0) {
        problems.line("tbf: specifying both \"limit\" and \"/latency\" is not allowed");
        throw Stop.command(1);
      }
      latency = checked("latency", word, Units.microseconds(word));
    } else if (words.stands("burst") || words.is("buffer") || words.is("maxburst")) {
      String name = words.word();
      String word = words.next();
      refuseTwice(burst.bytes() != 0, "buffer/burst/maxburst");
      burst = sizeAndCell(name, word);
      Remarks.sizeInBits(name, word, burst.bytes(), remarks);
    } else if (words.is("mtu") || words.is("minburst")) {
      String name = words.word();
      String word = words.next();
      refuseTwice(mtu.bytes() != 0, "mtu/minburst");
      mtu = sizeAndCell(name, word);
    } else if (words.is("mpu")) {
      String word = words.next();
      refuseTwice(mpu != 0, "mpu");
      mpu = size("mpu", word);
    } else if (words.is("rate")) {
      String word = words.next();
      refuseTwice(rate.bytesPerSecond() != 0, "rate");
      rate = rate("rate", word);
    } else if (words.stands("peakrate")) {
      String word = words.next();
      refuseTwice(peak.bytesPerSecond() != 0, "peakrate");
      peak = rate("peakrate", word);
    } else if (words.stands("overhead")) {
      String word = words.next();
      refuseTwice(overhead != 0, "overhead");
      overhead = checked("overhead", word, Digits.unsigned(word, 10, 0xffff));
    } else if (words.stands("linklayer")) {
      String word = words.next();
      LinkLayer layer = RateSpecs.linkLayer(word);
      if (layer == null) {
        throw illegal("linklayer", word);
      }
      linkLayer = layer;
    } else {
      if (!words.is("help")) {
        problems.line("tbf: unknown parameter \"", words.word(), "\"");
      }
      problems.text(Usage.TBF);
      throw Stop.command(1);
    }
  }

  private void refuseTwice(boolean given, String name) {
    if (given) {
      problems.line("tbf: duplicate \"", name, "\" specification");
      throw Stop.command(1);
    }
  }

  private Stop illegal(String name, String word) {
    problems.line("tbf: illegal value for \"", name, "\": \"", word, "\"");
    return Stop.command(1);
  }

  private long checked(String name, String word, long value) {
    if (value < 0) {
      throw illegal(name, word);
    }
    return value;
  }

  private long size(String name, String word) {
    long bytes = checked(name, word, Units.size(word));
    Remarks.sizeInBits(name, word, bytes, remarks);
    return bytes;
  }

  private SizeAndCell sizeAndCell(String name, String word) {
    SizeAndCell size = Units.sizeAndCell(word);
    if (size == null) {
      // tc says only what stands before the slash, unless a number stands behind it.
      int slash = word.indexOf('/');
      boolean whole = slash < 0 || Digits.signed32(word.substring(slash + 1), 0) != Digits.NONE;
      throw illegal(name, whole ? word : word.substring(0, slash));
    }
    return size;
  }

  private Rate rate(String name, String word) {
    Rate read = Units.rate(word, speed, problems);
    if (read == null) {
      throw illegal(name, word);
    }
    return read;
  }

  private void checkComplete() {
    boolean complete = true;
    if (rate.bytesPerSecond() == 0) {
      problems.line("tbf: the \"rate\" parameter is mandatory.");
      complete = false;
    }
    if (burst.bytes() == 0) {
      problems.line("tbf: the \"burst\" parameter is mandatory.");
      complete = false;
    }
    if (peak.bytesPerSecond() != 0 && mtu.bytes() == 0) {
      problems.line("tbf: when \"peakrate\" is specified, \"mtu\" must also be specified.");
      complete = false;
    }
    if (limit == 0 && latency == 0) {
      problems.line("tbf: either \"limit\" or \"latency\" is required.");
      complete = false;
    }
    if (!complete) {
      problems.text(Usage.TBF);
      throw Stop.command(1);
    }
  }

  /** What may wait in the queue so that nothing waits longer than the latency. */
  private long limitOfLatency() {
    double bytes = rate.bytesPerSecond() * (double) latency / 1_000_000 + burst.bytes();
    if (peak.bytesPerSecond() != 0) {
      bytes = Math.min(bytes, peak.bytesPerSecond() * (double) latency / 1_000_000 + mtu.bytes());
    }
    return (long) Math.min(0xffff_ffffL, bytes);
  }
}
