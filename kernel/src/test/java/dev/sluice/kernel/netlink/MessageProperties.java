package dev.sluice.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Reading ends for whatever bytes, and what is written is read. */
final class MessageProperties {
  private static final int DEEPEST = 20;

  /** Walks as deep as the bytes can be taken for attributes. */
  private static int walk(Attributes in, int depth) {
    int count = 0;
    try {
      while (in.next()) {
        count++;
        assertThat(in.string().length()).isLessThanOrEqualTo(in.length());
        assertThat(in.bytes().length()).isEqualTo(in.length());
        if (depth < DEEPEST) {
          count += walk(in.nested(), depth + 1);
        }
      }
    } catch (NetlinkFormatException expected) {
      // that is what it is for
    }
    return count;
  }

  @Property(tries = 3000)
  void attributesEnd(@ForAll @Size(max = 400) byte[] bytes) {
    assertThat(walk(Attributes.of(Bytes.copyOf(bytes)), 0)).isLessThanOrEqualTo(100 * DEEPEST);
  }

  @Property(tries = 3000)
  void messagesEnd(@ForAll byte[] bytes, @ForAll @IntRange(max = 64) int structure) {
    try {
      MessageReader reader = new MessageReader(ByteBuffer.wrap(bytes));
      while (reader.next()) {
        walk(reader.attributes(structure), 0);
        Ack.read(reader);
      }
    } catch (NetlinkFormatException expected) {
      // that is what it is for
    }
  }

  @Property(tries = 3000)
  void acknowledgementsEnd(
      @ForAll @Size(max = 80) byte[] payload, @ForAll @IntRange(max = 0xffff) int flags) {
    ByteBuffer out =
        ByteBuffer.allocate(NetlinkDescriptor.HEADER_LENGTH + payload.length)
            .order(ByteOrder.nativeOrder());
    out.putInt(out.capacity()).putShort((short) NetlinkDescriptor.NLMSG_ERROR);
    out.putShort((short) flags).putLong(0).put(payload);
    MessageReader reader = new MessageReader(out.flip());
    assertThat(reader.next()).isTrue();
    try {
      Ack.read(reader);
    } catch (NetlinkFormatException expected) {
      // that is what it is for
    }
  }

  @Property(tries = 500)
  void whatIsWrittenIsRead(@ForAll List<@Size(max = 300) byte[]> payloads) {
    MessageWriter writer = new MessageWriter();
    writer.begin(NetlinkDescriptor.RTM_NEWLINK, 0).u32(7);
    for (int i = 0; i < payloads.size(); i++) {
      writer.attribute(i + 1, payloads.get(i));
    }
    writer.end();
    MessageReader reader = new MessageReader(ByteBuffer.wrap(writer.toByteArray()));
    assertThat(reader.next()).isTrue();
    List<Bytes> read = new ArrayList<>();
    Attributes in = reader.attributes(4);
    while (in.next()) {
      assertThat(in.type()).isEqualTo(read.size() + 1);
      read.add(in.bytes());
    }
    assertThat(read).isEqualTo(payloads.stream().map(Bytes::copyOf).toList());
  }
}
