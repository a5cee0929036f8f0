package dev.sluice.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class MessageTest {
  private static final int TYPE = 40;

  private static MessageReader read(MessageWriter writer) {
    MessageReader reader = new MessageReader(ByteBuffer.wrap(writer.toByteArray()));
    assertThat(reader.next()).isTrue();
    return reader;
  }

  @Test
  void whatIsWrittenIsRead() {
    MessageWriter writer = new MessageWriter();
    writer.begin(TYPE, 5).u8(1).u8(2).u16(0xfffe).u32(-3);
    writer.attribute8(1, 0x81).attribute16(2, 0x8001).attribute32(3, -7).attribute64(4, 1L << 40);
    writer.attribute(5, "name").attribute(6, new byte[] {1, 2, 3}).flag(7);
    int outer = writer.nest(8 | NetlinkDescriptor.NLA_F_NESTED);
    int inner = writer.nest(1);
    writer.be16(0x1234).be32(0x56789abc);
    writer.endNest(inner);
    writer.endNest(outer);
    writer.end();
    MessageReader reader = read(writer);
    assertThat(reader.type()).isEqualTo(TYPE);
    assertThat(reader.flags()).isEqualTo(5);
    assertThat(reader.u8(1)).isEqualTo(2);
    assertThat(reader.u16(2)).isEqualTo(0xfffe);
    assertThat(reader.s32(4)).isEqualTo(-3);
    Attributes in = reader.attributes(8);
    assertThat(in.next() && in.u8(0) == 0x81).isTrue();
    assertThat(in.next() && in.u16(0) == 0x8001).isTrue();
    assertThat(in.next() && in.s32(0) == -7 && in.u32(0) == 0xffff_fff9L).isTrue();
    assertThat(in.next() && in.s64(0) == 1L << 40).isTrue();
    assertThat(in.next()).isTrue();
    assertThat(in.string()).isEqualTo("name");
    assertThat(in.length()).isEqualTo(5);
    assertThat(in.next()).isTrue();
    assertThat(in.bytes()).isEqualTo(Bytes.ofHex("010203"));
    assertThat(in.next()).isTrue();
    assertThat(in.length()).isZero();
    assertThat(in.string()).isEmpty();
    assertThat(in.next()).isTrue();
    assertThat(in.type()).isEqualTo(8);
    Attributes nested = in.nested();
    assertThat(nested.next()).isTrue();
    assertThat(nested.be16(0)).isEqualTo(0x1234);
    assertThat(nested.be32(2)).isEqualTo(0x56789abc);
    assertThat(nested.next()).isFalse();
    assertThat(in.next()).isFalse();
    assertThat(in.next()).isFalse();
    assertThat(reader.next()).isFalse();
  }

  @Test
  void writerGrowsAndForgets() {
    MessageWriter writer = new MessageWriter();
    for (int i = 0; i < 100; i++) {
      writer.begin(TYPE, 0).attribute(1, new byte[1000]);
      writer.end();
    }
    assertThat(writer.messages()).isEqualTo(100);
    assertThat(writer.length()).isEqualTo(100 * (16 + 1004));
    writer.begin(TYPE, 0).u32(1);
    writer.abandon();
    assertThat(writer.length()).isEqualTo(100 * (16 + 1004));
    writer.clear();
    assertThat(writer.length()).isZero();
  }

  @Test
  void attributeThatIsTooLongIsRefused() {
    MessageWriter writer = new MessageWriter();
    writer.begin(TYPE, 0);
    assertThatThrownBy(() -> writer.attribute(3, new byte[0x10000]))
        .isInstanceOf(NetlinkFormatException.class)
        .hasMessageContaining("attribute 3 takes 65540 bytes");
  }

  @Test
  void attributesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Attributes.of(Bytes.ofHex("0800")).next())
        .hasMessageContaining("cut off");
    assertThatThrownBy(() -> Attributes.of(attribute(3, 1)).next())
        .hasMessageContaining("says that it has 3 bytes");
    assertThatThrownBy(() -> Attributes.of(attribute(0, 1)).next())
        .isInstanceOf(NetlinkFormatException.class);
    assertThatThrownBy(() -> Attributes.of(attribute(9, 1)).next())
        .hasMessageContaining("expected 4 to 8");
    Attributes in = Attributes.of(attribute(6, 1));
    assertThat(in.next()).isTrue();
    assertThatThrownBy(() -> in.s32(0)).hasMessageContaining("expected at least 4");
    assertThatThrownBy(() -> in.u16(-1)).isInstanceOf(NetlinkFormatException.class);
    assertThatThrownBy(() -> in.u16(Integer.MAX_VALUE)).isInstanceOf(NetlinkFormatException.class);
    assertThat(in.next()).isFalse();
  }

  private static Bytes attribute(int length, int type) {
    ByteBuffer out = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    return Bytes.copyOf(out.putShort((short) length).putShort((short) type).array());
  }

  @Test
  void acknowledgementsCarryWords() {
    MessageWriter writer = new MessageWriter();
    int flags = NetlinkDescriptor.NLM_F_CAPPED | NetlinkDescriptor.NLM_F_ACK_TLVS;
    writer.begin(NetlinkDescriptor.NLMSG_ERROR, flags);
    writer.u32(-22).u32(200).u32(0).u32(0).u32(0); // capped: the length is the whole request's
    writer.attribute(NetlinkDescriptor.NLMSGERR_ATTR_MSG, "Some words.");
    writer.attribute32(NetlinkDescriptor.NLMSGERR_ATTR_OFFS, 36);
    writer.attribute32(NetlinkDescriptor.NLMSGERR_ATTR_MISS_TYPE, 2);
    writer.end();
    assertThat(Ack.read(read(writer))).isEqualTo(new Ack(22, "Some words.", 36, 2));
  }

  @Test
  void acknowledgementsMayRepeatTheRequest() {
    MessageWriter writer = new MessageWriter();
    writer.begin(NetlinkDescriptor.NLMSG_ERROR, NetlinkDescriptor.NLM_F_ACK_TLVS);
    writer.u32(-17).u32(24).u32(0).u32(0).u32(0).u32(1).u32(2);
    writer.attribute(NetlinkDescriptor.NLMSGERR_ATTR_MSG, "Again");
    writer.end();
    assertThat(Ack.read(read(writer))).isEqualTo(new Ack(17, "Again", -1, -1));
    MessageWriter broken = new MessageWriter();
    broken.begin(NetlinkDescriptor.NLMSG_ERROR, NetlinkDescriptor.NLM_F_ACK_TLVS);
    broken.u32(-17).u32(240).u32(0).u32(0).u32(0);
    broken.end();
    assertThatThrownBy(() -> Ack.read(read(broken))).isInstanceOf(NetlinkFormatException.class);
  }
}
