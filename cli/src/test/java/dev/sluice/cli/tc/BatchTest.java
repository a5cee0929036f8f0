package dev.sluice.cli.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import org.junit.jupiter.api.Test;

/** Batches: what is done together, and what is said of a line. */
class BatchTest {
  private final ReplayedDatapath datapath = new ReplayedDatapath();

  private Run batch(String input, String... options) {
    String[] words = new String[options.length + 2];
    System.arraycopy(options, 0, words, 0, options.length);
    words[options.length] = "-batch";
    words[options.length + 1] = "-";
    return Run.withInput(() -> datapath, input, words);
  }

  private static String classes(int count) {
    StringBuilder batch = new StringBuilder("qdisc add dev eth0 root handle 1: htb\n");
    for (int i = 1; i <= count; i++) {
      batch
          .append("class add dev eth0 parent 1: classid 1:")
          .append(Integer.toHexString(i))
          .append(" htb rate 1mbit\n");
    }
    return batch.toString();
  }

  @Test
  void asksForADeviceAndItsClassesOnce() {
    assertThat(batch(classes(10_000))).isEqualTo(new Run(0, "", ""));
    assertThat(datapath.told).hasSize(10_001);
    assertThat(datapath.deviceLookUps).isEqualTo(1);
    assertThat(datapath.classListings).isEqualTo(1);
    assertThat(datapath.exchanges).isLessThan(20);
  }

  @Test
  void namesTheLineThatWasRefusedAndStopsThere() {
    datapath.refused = classChange(700);
    datapath.refusal = "no";
    Run run = batch(classes(2000));
    assertThat(run).isEqualTo(new Run(1, "", "Error: no.\nCommand failed -:701\n"));
    assertThat(datapath.told).hasSize(700);
  }

  @Test
  void goesOnWithForce() {
    datapath.refused = classChange(700);
    datapath.refusal = "no";
    Run run = batch(classes(2000), "-force");
    assertThat(run).isEqualTo(new Run(1, "", "Error: no.\nCommand failed -:701\n"));
    assertThat(datapath.told).hasSize(2000);
  }

  private Change classChange(int number) {
    ReplayedDatapath other = new ReplayedDatapath();
    Run.withInput(() -> other, classes(number), "-batch", "-");
    return other.told.getLast();
  }

  @Test
  void countsLinesThroughCommentsAndContinuations() {
    Run run =
        batch(
            """
            # one
            qdisc add dev eth0 \\
               root handle 1: \\
               htb # and so on
            qdisc add dev eth0 root 'handle' "1:" foo bar
            """);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            """
            Unknown qdisc "foo", hence option "bar" is unparsable
            Command failed -:5
            """);
    assertThat(datapath.told).hasSize(1);
  }

  @Test
  void aListingSeesWhatWasBefore() {
    batch(
        """
        qdisc add dev eth0 root handle 1: htb
        qdisc show dev eth0
        class add dev eth0 parent 1: classid 1:1 htb rate 1mbit
        """);
    assertThat(datapath.exchanges).isEqualTo(2);
  }

  @Test
  void warnsOfTheLinesThatCannotWork() {
    Run run =
        batch(
            """
            qdisc add dev eth0 root handle 1: htb default 30
            class add dev eth0 parent 1:7 classid 1:10 htb rate 2mbit ceil 1mbit
            class add dev eth0 parent 1:10 classid 1:11 htb rate 2mbit
            class add dev eth0 parent 1:10 classid 1:12 htb rate 1mbit burst 32kbit
            filter add dev eth0 parent 1: u32 match u32 0 0 flowid 1:99
            filter add dev eth0 parent 1: u32 match u32 0 0 flowid 1:12
            """);
    assertThat(run.code()).isZero();
    assertThat(run.err().lines())
        .containsExactly(
            "Warning: ceil 1Mbit is below rate 2Mbit: ceil holds (-:2)",
            "Warning: class 1:7 does not exist: 1:10 is now at the root (-:2)",
            "Warning: burst 32kbit is 4096 bytes: write kb for units of 1024 bytes (-:4)",
            "Warning: the classes below 1:10 are promised 3Mbit of its 2Mbit (-:4)",
            "Warning: class 1:99 does not exist: matching packets go to the default class (-:5)");
    assertThat(datapath.classListings).isEqualTo(1);
    assertThat(((Change.OfClass) datapath.told.get(1)).parent()).isEqualTo(Handle.of(1, 7));
  }

  @Test
  void warningsCanBeTurnedOff() {
    Run run =
        batch("qdisc add dev eth0 root tbf rate 10mbit burst 32kbit latency 400ms\n", "--no-lint");
    assertThat(run).isEqualTo(new Run(0, "", ""));
    assertThat(datapath.classListings).isZero();
  }
}
