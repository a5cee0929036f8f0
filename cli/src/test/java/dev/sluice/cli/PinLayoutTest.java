package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinLayoutTest {
  private final PinLayout layout = new PinLayout(Path.of("/sys/fs/bpf"));

  private static AttachPoint tcx(String device, Direction direction) {
    return new AttachPoint.Tcx(new Device(2, device), direction);
  }

  @Test
  void namesThePartsOfALink() {
    assertThat(layout.linkPin(4026531840L, tcx("eth0", Direction.INGRESS), "drop").path())
        .hasToString("/sys/fs/bpf/sluice/links/4026531840/eth0-ingress-drop");
  }

  @Test
  void aDotOfADeviceIsEscaped() {
    assertThat(layout.linkPin(1, tcx("eth0.10", Direction.EGRESS), "a.b").path().getFileName())
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
    Device device = new Device(2, "br-a.1-ingress");
    List<PinLayout.LinkPin> pins = new ArrayList<>();
    for (AttachPoint at :
        List.of(
            new AttachPoint.Tcx(device, Direction.EGRESS),
            new AttachPoint.Netkit(device, AttachPoint.Netkit.Side.PEER),
            new AttachPoint.Netkit(device, AttachPoint.Netkit.Side.PRIMARY),
            new AttachPoint.Xdp(device, AttachPoint.Xdp.Mode.GENERIC),
            new AttachPoint.Cgroup(Path.of("/sys/fs/cgroup/a-b"), Direction.EGRESS))) {
      PinLayout.LinkPin pin = here.linkPin(42, at, "count");
      assertThat(pin.hook()).isEqualTo(at.hook());
      assertThat(pin.direction()).isEqualTo(at.direction());
      Files.createDirectories(pin.path().getParent());
      Files.createFile(pin.path());
      pins.add(pin);
    }
    var pin = pins.getFirst();
    Files.createFile(pin.path().resolveSibling("not-by-us"));
    Files.createFile(pin.path().resolveSibling("foreign"));
    assertThat(here.linkPins()).containsExactlyInAnyOrderElementsOf(pins);
  }

  @Test
  void aGroupWhoseNameIsTooLongIsRefused() {
    AttachPoint at = new AttachPoint.Cgroup(Path.of("/" + "a".repeat(250)), Direction.INGRESS);
    assertThatThrownBy(() -> layout.linkPin(1, at, "count"))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("choose one with --pin");
  }

  @Test
  void hasNoPinsWhereThereIsNothing(@TempDir Path folder) {
    assertThat(new PinLayout(folder).linkPins()).isEmpty();
  }
}
