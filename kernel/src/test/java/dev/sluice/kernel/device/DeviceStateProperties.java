package dev.sluice.kernel.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes tell of a device, reading them ends. */
final class DeviceStateProperties {
  private static byte[] message() {
    MessageWriter writer = new MessageWriter();
    writer.begin(NetlinkDescriptor.RTM_NEWLINK, 0);
    writer.u32(0).u32(5).u32(DeviceDescriptor.IFF_UP).u32(0);
    writer.attribute(DeviceDescriptor.IFLA_IFNAME, "eth0");
    writer.attribute32(DeviceDescriptor.IFLA_MTU, 1500);
    writer.attribute(DeviceDescriptor.IFLA_ADDRESS, new byte[] {2, 0, 0, 0, 0, 1});
    int info = writer.nest(DeviceDescriptor.IFLA_LINKINFO);
    writer.attribute(DeviceDescriptor.IFLA_INFO_KIND, "veth");
    writer.endNest(info);
    writer.end();
    return writer.toByteArray();
  }

  @Example
  void messageIsRead() {
    MessageReader reader = new MessageReader(ByteBuffer.wrap(message()));
    assertThat(reader.next()).isTrue();
    DeviceState state = DeviceState.read(reader);
    assertThat(state).isNotNull();
    assertThat(state.device().name()).isEqualTo("eth0");
    assertThat(state.kind()).isEqualTo("veth");
    assertThat(state.mtu()).isEqualTo(1500);
    assertThat(state.up()).isTrue();
  }

  @Property(tries = 3000)
  void otherBytes(
      @ForAll @Size(max = 6) List<@IntRange(min = 16, max = 100) Integer> places,
      @ForAll byte value,
      @ForAll @IntRange(min = 16, max = 100) int length) {
    byte[] bytes = Arrays.copyOf(message(), length);
    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(0, length);
    for (int place : places) {
      if (place < length) {
        bytes[place] = value;
      }
    }
    try {
      MessageReader reader = new MessageReader(ByteBuffer.wrap(bytes));
      while (reader.next()) {
        DeviceState.read(reader);
      }
    } catch (NetlinkFormatException expected) {
      // that is what it is for
    }
  }
}
