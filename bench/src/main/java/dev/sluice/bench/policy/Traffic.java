package dev.sluice.bench.policy;

/** Between how many hosts packets go, in random order. */
enum Traffic {
  /** Nearly each packet is between others. */
  ANY(RandomPackets.CHOICE, "each packet between other hosts"),

  /** As a server sees it. */
  SOME(1_000, "packets between 1,000 hosts");

  private final int hosts;
  private final String words;

  Traffic(int hosts, String words) {
    this.hosts = hosts;
    this.words = words;
  }

  int hosts() {
    return hosts;
  }

  String words() {
    return words;
  }
}
