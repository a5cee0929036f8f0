package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.chain.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinLayoutTest {
  private final PinLayout layout = new PinLayout(Path.of("/sys/fs/bpf"));

  @Test
  void namesThePartsOfALink() {
    assertThat(layout.linkPin(4026531840L, "eth0", Direction.INGRESS, "drop").path())
        .hasToString("/sys/fs/bpf/sluice/links/4026531840/eth0-ingress-drop");
  }

  @Test
  void aDotOfADeviceIsEscaped() {
    assertThat(layout.linkPin(1, "eth0.10", Direction.EGRESS, "a.b").path().getFileName())
        .hasToString("eth0%002e10-egress-a%002eb");
  }

  @Test
  void ownsWhatIsBelowItsFolderOnly() {
    assertThat(layout.owns(Path.of("/sys/fs/bpf/sluice/links/1/x"))).isTrue();
    assertThat(layout.owns(Path.of("/sys/fs/bpf/sluice/../cilium/x"))).isFalse();
    assertThat(layout.owns(Path.of("/sys/fs/bpf/sluices/x"))).isFalse();
  }

  @Test
  void readsItsPinsBack(@TempDir Path folder) throws IOException {
    PinLayout here = new PinLayout(folder);
    var pin = here.linkPin(42, "br-a.1-ingress", Direction.EGRESS, "count");
    Files.createDirectories(pin.path().getParent());
    Files.createFile(pin.path());
    Files.createFile(pin.path().resolveSibling("not-by-us"));
    Files.createFile(pin.path().resolveSibling("foreign"));
    assertThat(here.linkPins()).containsExactly(pin);
  }

  @Test
  void hasNoPinsWhereThereIsNothing(@TempDir Path folder) {
    assertThat(new PinLayout(folder).linkPins()).isEmpty();
  }
}
