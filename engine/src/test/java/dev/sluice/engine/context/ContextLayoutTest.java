package dev.sluice.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Unsupported;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import dev.sluice.engine.vm.MapSlots;
import dev.sluice.engine.vm.Surroundings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContextLayoutTest {
  private final ContextLayout layout = ContextLayout.of(ProgramType.SCHED_CLS);
  private final SocketBuffer packet = new SocketBuffer(64);
  private final Execution execution = new Execution(new Nowhere());

  ContextLayoutTest() {
    packet.fill(new byte[64], 0, 64, 100);
    execution.begin(packet);
  }

  private static final class Nowhere implements Surroundings {
    @Override
    public long nanoseconds() {
      return 0;
    }

    @Override
    public int random() {
      return 0;
    }

    @Override
    public MapSlots mapSlots() {
      return new MapSlots();
    }

    @Override
    public int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
      return 0;
    }

    @Override
    public int mtu(int deviceIndex) {
      return -1;
    }

    @Override
    public void trace(String line) {}

    @Override
    public @Nullable EventSink events() {
      return null;
    }
  }

  @Test
  void pointersAreWholeAddresses() {
    assertThat(layout.load(execution, 76, 4)).isEqualTo(Address.of(Address.PACKET, packet.head));
    assertThat(layout.load(execution, 80, 4)).isEqualTo(Address.of(Address.PACKET, packet.end));
    assertThat(layout.load(execution, 140, 4)).isEqualTo(Address.of(Address.PACKET, packet.head));
    assertThat(layout.load(execution, 0, 4)).isEqualTo(100);
    assertThat(layout.pointerAt(76)).isEqualTo(ContextPointer.DATA);
    assertThat(layout.canLoad(76, 4)).isTrue();
    assertThat(layout.canLoadSigned(76, 4)).isFalse();
  }

  @Test
  void numbersAreNotSignExtended() {
    packet.mark = -1;

    assertThat(layout.load(execution, 8, 4)).isEqualTo(0xffff_ffffL);
    assertThat(layout.load(execution, 10, 2)).isEqualTo(0xffff);
    assertThat(layout.load(execution, 11, 1)).isEqualTo(0xff);
  }

  @Test
  void aNarrowLoadOfWhatIsKeptInTwoBytesGivesBoth() {
    packet.protocol = 0x0800;

    assertThat(layout.load(execution, 16, 4)).isEqualTo(8);
    assertThat(layout.load(execution, 18, 2)).isEqualTo(8);
    assertThat(layout.load(execution, 18, 1)).isZero();
  }

  @Test
  void theControlBufferIsBytes() {
    layout.store(execution, 48, 8, 0x1122_3344_5566_7788L);
    layout.store(execution, 53, 1, 0xff99);

    assertThat(layout.load(execution, 52, 4)).isEqualTo(0x1122_9944L);
    assertThat(layout.load(execution, 48, 8)).isEqualTo(0x1122_9944_5566_7788L);
    assertThat(layout.canStore(64, 8)).isFalse();
  }

  @Test
  void whatIsNoFieldIsAFault() {
    assertThatExceptionOfType(Fault.class).isThrownBy(() -> layout.load(execution, 144, 8));
    assertThatExceptionOfType(Fault.class).isThrownBy(() -> layout.load(execution, 192, 4));
    assertThatExceptionOfType(Fault.class).isThrownBy(() -> layout.load(execution, -4, 4));
    assertThatExceptionOfType(Fault.class).isThrownBy(() -> layout.store(execution, 0, 4, 1));
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> ContextLayout.of(ProgramType.XDP).store(execution, 16, 4, 1));
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> ContextLayout.of(ProgramType.XDP).load(execution, 20, 4));
  }

  @Test
  void plainFieldsAreWhatALoadGives() throws ReflectiveOperationException {
    for (ProgramType type :
        new ProgramType[] {
          ProgramType.SCHED_CLS, ProgramType.XDP, ProgramType.CGROUP_SKB, ProgramType.SOCKET_FILTER
        }) {
      ContextLayout any = ContextLayout.of(type);
      for (int offset = 0; offset < any.size(); offset += 4) {
        String name = any.plainField(offset);
        if (name != null) {
          SocketBuffer.class.getField(name).setInt(packet, 1000 + offset);
          assertThat(any.canLoad(offset, 4)).as(name).isTrue();
          assertThat(any.load(execution, offset, 4)).as(name).isEqualTo(1000 + offset);
          if (any.canStore(offset, 4)) {
            any.store(execution, offset, 4, 2000 + offset);
            assertThat(SocketBuffer.class.getField(name).getInt(packet)).isEqualTo(2000 + offset);
          }
        }
      }
    }
  }

  @Test
  void otherProgramTypesAreRefusedByName() {
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> ContextLayout.of(ProgramType.KPROBE))
        .withMessageContaining("kprobe");
  }
}
