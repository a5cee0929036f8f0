package dev.sluice.cli.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.InvalidInput;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryWordsTest {
  @Test
  void splitsKeyAndValue() {
    assertThat(EntryWords.keyAndValue(List.of("key", "hex", "01", "value", "2", "3")))
        .isEqualTo(new EntryWords(List.of("hex", "01"), List.of("2", "3")));
    assertThat(EntryWords.key(List.of("key", "7")))
        .isEqualTo(new EntryWords(List.of("7"), List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 2", "key value 1", "key 1 value", "key 1", "value 1 key 2"})
  void saysWhatAnEntryNeeds(String words) {
    assertThatThrownBy(() -> EntryWords.keyAndValue(List.of(words.split(" "))))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("expected key")
        .hasMessageContaining("found " + words);
  }

  @Test
  void readsASetting() {
    assertThat(MapSetting.parse("blocked:2001:db8::/32=1"))
        .isEqualTo(new MapSetting("blocked", List.of("2001:db8::/32"), List.of("1")));
    assertThat(MapSetting.parse("flows:10.0.0.1 443=7 0"))
        .isEqualTo(new MapSetting("flows", List.of("10.0.0.1", "443"), List.of("7", "0")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"blocked", ":1=2", "blocked:1", "a=1:2"})
  void saysWhatASettingNeeds(String text) {
    assertThatThrownBy(() -> MapSetting.parse(text))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("expected MAP:KEY=VALUE")
        .hasMessageContaining("found " + text);
  }
}
