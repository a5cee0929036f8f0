package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.Qdisc;

/** The options of {@code pfifo}, {@code bfifo} and {@code pfifo_head_drop}. */
final class FifoGrammar {
  private FifoGrammar() {}

  static Qdisc read(String kind, Words words) {
    Problems problems = words.problems();
    Long limit = null;
    while (!words.isEmpty()) {
      if (words.is("limit")) {
        long size = Units.size(words.next());
        if (size < 0) {
          problems.line(kind, ": Illegal value for \"limit\": \"", words.word(), "\"");
          throw Stop.command(1);
        }
        limit = size;
      } else {
        if (!words.is("help")) {
          problems.line(kind, ": unknown parameter \"", words.word(), "\"");
        }
        problems.text(Usage.FIFO);
        throw Stop.command(1);
      }
      words.skip();
    }
    return switch (kind) {
      case "pfifo" -> new Qdisc.Pfifo(limit);
      case "bfifo" -> new Qdisc.Bfifo(limit);
      default -> new Qdisc.PfifoHeadDrop(limit);
    };
  }
}
