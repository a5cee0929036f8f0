package dev.sluice.policy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SectionTest {
  private static final String TEXT =
      """
      duration: 5s
      flows:
        - name: one
          count: 3
        - name: two
          count: many
          colour: red
      """;

  private static Section parse(String text) {
    return Section.parse("shop.yaml", text);
  }

  @Test
  void readsWordsNumbersAndLists() {
    Section root = parse(TEXT);

    assertThat(root.text("duration")).contains("5s");
    assertThat(root.text("nothing")).isEmpty();
    assertThat(root.sections("flows")).hasSize(2);
    assertThat(root.sections("flows").getFirst().number("count", 1, 9)).contains(3L);
    root.rejectUnknown();
  }

  @Test
  void saysWhereAValueIsWrong() {
    Section two = parse(TEXT).sections("flows").get(1);

    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(() -> two.number("count", 1, 9))
        .withMessageStartingWith("shop.yaml:6:")
        .withMessageContaining(
            "flows[1].count: expected a whole number from 1 to 9, found \"many\"");
  }

  @Test
  void refusesUnknownKeysWithASuggestion() {
    Section two = parse(TEXT).sections("flows").get(1);
    two.text("name");
    two.text("count");
    two.text("color");

    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(two::rejectUnknown)
        .withMessageStartingWith("shop.yaml:7:")
        .withMessageContaining("flows[1].colour: unknown key; did you mean color?");
  }

  @Test
  void refusesWhatIsNoDocument() {
    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(() -> parse("flows: [1, 2"))
        .withMessageStartingWith("shop.yaml:");
    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(() -> parse("- one\n- two\n"))
        .withMessageContaining("found a list");
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> Section.read(Path.of("/nowhere/shop.yaml")));
  }

  @Test
  void jsonIsReadToo() {
    assertThat(parse("{\"duration\": \"5s\", \"wire\": {\"rate\": \"1mbit\"}}").section("wire"))
        .isPresent();
  }
}
