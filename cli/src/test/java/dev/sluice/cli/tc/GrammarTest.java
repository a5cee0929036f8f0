package dev.sluice.cli.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.U32;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands mean. */
class GrammarTest {
  private final ReplayedDatapath datapath = new ReplayedDatapath();

  private Run tc(String line) {
    return Run.of(() -> datapath, Batch.split(line, new Problems()));
  }

  private Change changeOf(String line) {
    Run run = tc("--no-lint " + line);
    assertThat(run).isEqualTo(new Run(0, "", ""));
    return datapath.told.getLast();
  }

  @Test
  void readsTheArticlesTokenBucket() {
    assertThat(changeOf("qdisc add dev eth0 root tbf rate 10mbit burst 32kbit latency 400ms"))
        .isEqualTo(
            Change.OfQdisc.add(
                ReplayedDatapath.ETH0,
                Handle.ROOT,
                Handle.UNSPECIFIED,
                Tbf.of(Rate.megabits(10), 4096, 400_000)));
  }

  @Test
  void readsTheArticlesHierarchy() {
    assertThat(changeOf("qdisc add dev eth0 root handle 1: htb default 12"))
        .isEqualTo(
            Change.OfQdisc.add(
                ReplayedDatapath.ETH0, Handle.ROOT, Handle.of(1, 0), Htb.withDefault(0x12)));
    assertThat(changeOf("class add dev eth0 parent 1:1 classid 1:10 htb rate 8mbit ceil 10mbit"))
        .isEqualTo(
            Change.OfClass.add(
                ReplayedDatapath.ETH0,
                Handle.of(1, 1),
                Handle.of(1, 0x10),
                HtbClass.of(Rate.megabits(8), Rate.megabits(10))));
  }

  @Test
  void readsTheArticlesFilter() {
    assertThat(
            changeOf(
                "filter add dev eth0 protocol ip parent 1:0 prio 1 u32"
                    + " match ip src 192.168.1.100 flowid 1:10"))
        .isEqualTo(
            Change.OfFilter.add(
                ReplayedDatapath.ETH0,
                Handle.of(1, 0),
                1,
                0x0800,
                U32.matching(
                    List.of(new U32.Key(0xffffffff, 0xc0a80164, 12, 0)), Handle.of(1, 0x10))));
  }

  @ParameterizedTest
  @CsvSource({
    "q a, qdisc add",
    "qdisc ad, qdisc add",
    "qd change, qdisc change",
    "qdisc r, qdisc replace",
    "qdisc d, qdisc delete",
  })
  void keywordsMayBeShortened(String shortened, String full) {
    String options = " dev eth0 root handle 1: pfifo limit 5";
    assertThat(changeOf(shortened + options)).isEqualTo(changeOf(full + options));
  }

  @Test
  void aShortenedListIsALink() {
    assertThat(changeOf("qdisc l dev eth0 root pfifo").verb()).isEqualTo(Verb.LINK);
  }

  @Test
  void mirrorsGoOnAndRedirectsDoNot() {
    String filter = "filter add dev eth0 parent 1: u32 match u32 0 0 action mirred egress ";
    assertThat(actionOf(filter + "redirect dev lo"))
        .isEqualTo(new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, 1, 4, 0));
    assertThat(actionOf(filter + "mirror dev lo"))
        .isEqualTo(new Action.Mirred(Action.Mirred.Mode.EGRESS_MIRROR, 1, 3, 0));
    assertThat(actionOf(filter + "mirror dev lo drop"))
        .isEqualTo(new Action.Mirred(Action.Mirred.Mode.EGRESS_MIRROR, 1, 2, 0));
    assertThat(actionOf("filter add dev eth0 parent 1: u32 match u32 0 0 action goto chain 5"))
        .isEqualTo(new Action.Gact(0x20000005, 0));
  }

  private Action actionOf(String line) {
    Change.OfFilter filter = (Change.OfFilter) changeOf(line);
    assertThat(filter.filter()).isNotNull();
    return filter.filter().actions().getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          foo                                    | 255 | Object "foo" is unknown, try "tc help".
          qdisc foo                              | 255 | Command "foo" is unknown, try "tc qdisc help".
          class foo                              | 255 | Command "foo" is unknown, try "tc class help".
          qdisc show foo                         | 255 | What is "foo"? Try "tc qdisc help".
          -foo                                   | 255 | Option "-foo" is unknown, try "tc -help".
          qdisc add dev eth9 root pfifo          | 1   | Cannot find device "eth9"
          qdisc add dev                          | 255 | Command line is not complete. Try option "help"
          qdisc add dev eth0 dev eth0            | 255 | Error: duplicate "dev": "eth0" is the second value.
          qdisc add dev eth0 handle zz           | 255 | Error: argument "zz" is wrong: invalid qdisc ID
          qdisc add dev eth0 root pfifo limit x  | 1   | pfifo: Illegal value for "limit": "x"
          class add dev eth0 parent 1: pfifo     | 1   | Error: Qdisc "pfifo" is classless.
          class add dev eth0 classid 1:1 htb     | 1   | "rate" is required.
          filter add dev eth0 handle 1           | 255 | Must specify filter type when using "handle"
          chain show                             | 255 | sluice tc: object "chain" is not supported
          qdisc add dev eth0 stab overhead 4     | 1   | sluice tc: stab (a table of packet sizes) is not supported
          """)
  void saysWhatIsWrong(String line, int code, String problem) {
    assertThat(tc(line)).isEqualTo(new Run(code, "", problem + "\n"));
    assertThat(datapath.told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "filter add dev eth0 egress bpf bytecode-file a\0b",
        "qdisc add dev eth\0 root tbf rate 50% burst 5k limit 5k",
        "-batch a\0b",
      })
  void namesThatNoFileHasAreErrors(String line) {
    assertThat(tc(line).code()).isEqualTo(1);
  }

  @Test
  void helpChangesNothing() {
    assertThat(tc("qdisc del dev eth0 root help").code()).isZero();
    assertThat(tc("class del dev eth0 classid 1:1 help").code()).isZero();
    assertThat(tc("filter del dev eth0 help").code()).isZero();
    assertThat(datapath.told).isEmpty();
  }

  @Test
  void refusalsCarryTheKernelsWords() {
    datapath.refused = changeOf("qdisc add dev eth0 root handle 1: pfifo");
    datapath.refusal = "Exclusivity flag on, cannot modify";
    assertThat(tc("qdisc add dev eth0 root handle 1: pfifo"))
        .isEqualTo(new Run(2, "", "Error: Exclusivity flag on, cannot modify.\n"));
  }
}
