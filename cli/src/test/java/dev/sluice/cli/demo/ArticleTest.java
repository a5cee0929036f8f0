package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArticleTest {
  /** The lines as introductions to tc print them. Not to be edited. */
  private static final List<String> WORD_FOR_WORD =
      """
      tc qdisc add dev eth0 root tbf rate 10mbit burst 32kbit latency 400ms
      tc qdisc add dev eth0 root handle 1: htb default 12
      tc class add dev eth0 parent 1: classid 1:1 htb rate 10mbit
      tc class add dev eth0 parent 1:1 classid 1:10 htb rate 8mbit ceil 10mbit
      tc class add dev eth0 parent 1:1 classid 1:12 htb rate 2mbit ceil 10mbit
      tc qdisc add dev eth0 root handle 1: htb default 30
      tc class add dev eth0 parent 1: classid 1:1 htb rate 100mbit
      tc class add dev eth0 parent 1:1 classid 1:10 htb rate 1mbit
      tc filter add dev eth0 protocol ip parent 1:0 prio 1 u32 match ip src 192.168.1.100 flowid 1:10
      """
          .lines()
          .toList();

  @Test
  void everyLineRunsAsItIsPrintedEverywhere() {
    List<String> lines =
        Article.scenarios().stream()
            .flatMap(scenario -> scenario.commands().stream())
            .filter(command -> !command.note().startsWith("ours"))
            .map(Scenario.Command::line)
            .toList();
    assertThat(lines).isEqualTo(WORD_FOR_WORD);
  }

  @Test
  void flowsOfATrialHaveTheirOwnNamesAndPorts() {
    for (Scenario scenario : Article.scenarios()) {
      for (Trial trial : scenario.trials()) {
        assertThat(trial.flows()).extracting(Flow::name).doesNotHaveDuplicates();
        assertThat(trial.flows()).extracting(Flow::port).doesNotHaveDuplicates();
        assertThat(trial.flows())
            .extracting(Flow::name)
            .containsAll(
                trial.expectations().stream()
                    .flatMap(expectation -> expectation.flows().stream())
                    .toList());
      }
    }
  }
}
