package dev.sluice.cli.tc;

import java.util.List;

/** What should be said about how something was written, beside what the kernel says of it. */
final class Remarks {
  private Remarks() {}

  /** A size in a unit of bits is rarely what was meant: tc takes {@code 32kbit} for 4096 bytes. */
  static void sizeInBits(String name, String word, long bytes, List<String> remarks) {
    if (Units.isInBits(word)) {
      remarks.add(name + " " + word + " is " + bytes + " bytes: write kb for units of 1024 bytes");
    }
  }
}
