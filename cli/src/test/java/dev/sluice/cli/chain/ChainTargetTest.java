package dev.sluice.cli.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.InvalidInput;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChainTargetTest {
  @Test
  void readsAllFourForms() {
    assertThat(ChainTarget.parse("id:7")).isEqualTo(new ChainTarget.ByProgram(7));
    assertThat(ChainTarget.parse("link:7")).isEqualTo(new ChainTarget.ByLink(7));
    assertThat(ChainTarget.parse("/sys/fs/bpf/x"))
        .isEqualTo(new ChainTarget.ByPin(Path.of("/sys/fs/bpf/x")));
    assertThat(ChainTarget.parse("drop")).isEqualTo(new ChainTarget.ByName("drop"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"id:", "id:0", "id:x", "link:-1", "id:99999999999", ""})
  void saysWhatItExpected(String text) {
    assertThatThrownBy(() -> ChainTarget.parse(text))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("expected ");
  }
}
