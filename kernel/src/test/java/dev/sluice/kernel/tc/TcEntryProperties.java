package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes come, reading them ends, in entries or in a {@link NetlinkFormatException}. */
final class TcEntryProperties {
  private static final Device ETH0 = new Device(2, "eth0");
  private static final List<byte[]> REPLIES =
      Vectors.all().stream()
          .flatMap(vector -> vector.replies().stream())
          .map(ByteBuffer::array)
          .toList();

  /** Reads bytes as each kind of answer. */
  private static void read(byte[] bytes) {
    try {
      MessageReader reader = new MessageReader(ByteBuffer.wrap(bytes));
      while (reader.next()) {
        switch (reader.type()) {
          case NetlinkDescriptor.RTM_NEWQDISC -> TcEntry.qdisc(reader, ETH0);
          case NetlinkDescriptor.RTM_NEWTCLASS -> TcEntry.trafficClass(reader, ETH0);
          default -> TcEntry.filter(reader, ETH0);
        }
        new TcEntry.Key().of(reader);
        new TcEntry.FilterKey().of(reader);
      }
    } catch (NetlinkFormatException expected) {
      // that is what it is for
    }
  }

  @Provide
  Arbitrary<byte[]> replies() {
    return Arbitraries.of(REPLIES).map(byte[]::clone);
  }

  @Property(tries = 2000)
  void randomBytes(@ForAll byte[] bytes) {
    read(bytes);
  }

  @Property(tries = 2000)
  void truncatedReplies(@ForAll("replies") byte[] reply, @ForAll @IntRange(max = 600) int length) {
    byte[] cut = Arrays.copyOf(reply, Math.min(length, reply.length));
    read(cut);
    if (cut.length >= NetlinkDescriptor.HEADER_LENGTH) {
      ByteBuffer.wrap(cut)
          .order(ByteOrder.nativeOrder())
          .putInt(NetlinkDescriptor.LENGTH_OFFSET, cut.length);
      read(cut);
    }
  }

  @Property(tries = 5000)
  void repliesWithOtherBytes(
      @ForAll("replies") byte[] reply,
      @ForAll @Size(max = 8) List<@IntRange(min = 16, max = 400) Integer> places,
      @ForAll byte value) {
    for (int place : places) {
      if (place < reply.length) {
        reply[place] = value;
      }
    }
    read(reply);
  }

  /** Sizes attributes anew, among them 0, 3, 4, one too many and 65535. */
  @Property(tries = 5000)
  void repliesWithOtherLengths(
      @ForAll("replies") byte[] reply,
      @ForAll @IntRange(min = 9, max = 120) int place,
      @ForAll("lengths") int length) {
    int at = place * 4;
    if (at + 2 <= reply.length) {
      reply[at] = (byte) length;
      reply[at + 1] = (byte) (length >>> 8);
    }
    read(reply);
  }

  @Provide
  Arbitrary<Integer> lengths() {
    return Arbitraries.oneOf(
        Arbitraries.of(0, 1, 3, 4, 5, 8, 0x7fff, 0x8000, 0xfffe, 0xffff),
        Arbitraries.integers().between(0, 400));
  }
}
