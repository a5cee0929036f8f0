package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bpf.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RunContextTest {
  private static RunContext buffer() {
    return RunContext.of(ContextLayout.SOCKET_BUFFER, new byte[0]);
  }

  @Test
  void takesFieldsAndTellsChanges() {
    RunContext before = buffer();
    before.set("mark", "0x10");
    before.set("priority", "1:10");
    RunContext after = RunContext.of(ContextLayout.SOCKET_BUFFER, before.forPacket(60).toArray());
    after.set("mark", "17");
    after.set("priority", "1:12");
    after.set("ifindex", "1");
    after.set("wire_len", "60");
    assertThat(before.changes(after, 60))
        .extracting(ContextChange::toString)
        .containsExactly("mark: 16 → 17", "priority: 65552 → 65554 (class 1:12)");
  }

  @Test
  void refusesWhatARunDoesNotHeed() {
    RunContext context = buffer();
    assertThatThrownBy(() -> context.set("protocol", "1"))
        .hasMessageContaining("a test run sets no field protocol; it sets mark");
    assertThatThrownBy(() -> context.set("mark", "4294967296"))
        .hasMessageContaining("mark has 32 bits, which 4294967296 does not fit");
    assertThatThrownBy(() -> context.set("mark", "x"))
        .hasMessageContaining("expected a number for mark, found x");
  }

  @Test
  void ofXdpEndsWithThePacket() {
    RunContext context = RunContext.of(ContextLayout.XDP, new byte[0]);
    context.set("ingress_ifindex", "3");
    ByteBuffer bytes =
        ByteBuffer.wrap(context.forPacket(60).toArray()).order(ByteOrder.nativeOrder());
    assertThat(bytes.capacity()).isEqualTo(24);
    assertThat(bytes.getInt(4)).isEqualTo(60);
    assertThat(bytes.getInt(12)).isEqualTo(3);
    assertThatThrownBy(() -> context.set("mark", "1"))
        .hasMessageContaining("it sets ingress_ifindex, rx_queue_index");
  }

  @Test
  void typesThatCannotBeRunHaveNone() {
    assertThat(ContextLayout.of(ProgramType.KPROBE)).isNull();
    assertThat(ContextLayout.of(ProgramType.CGROUP_SKB)).isEqualTo(ContextLayout.SOCKET_BUFFER);
    assertThat(ContextLayout.of(null)).isNull();
  }
}
