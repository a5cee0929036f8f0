package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.compiler.program.CgroupSkb;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.XdpContext;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Contexts on the JVM. */
class ContextTest {
  private static byte[] packet() {
    byte[] packet = new byte[60];
    new Random(1).nextBytes(packet);
    packet[12] = 8;
    packet[13] = 0;
    return packet;
  }

  private static int sum(SkBuff skb, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i += 2) {
      sum += skb.u16(i);
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  @Test
  void tagsThatGoOnComeOffAgain() {
    byte[] packet = packet();
    SkBuff skb = new SkBuff(packet);
    assertThat(skb.vlanPush(Ethernet.VLAN, 7)).isZero();
    assertThat(skb.toArray()).isEqualTo(packet);
    assertThat(skb.vlanPush(Ethernet.PROVIDER_VLAN, 9)).isZero();
    assertThat(skb.length()).isEqualTo(64);
    assertThat(skb.u32(12)).isEqualTo(0x8100_0007);
    assertThat(skb.vlanTci()).isEqualTo(9);

    assertThat(skb.vlanPop()).isZero();
    assertThat(skb.vlanTci()).isEqualTo(7);
    assertThat(skb.vlanPop()).isZero();
    assertThat(skb.vlanPresent()).isZero();
    assertThat(skb.toArray()).isEqualTo(packet);
  }

  @Test
  void replacedChecksumsAreThoseOfTheNewBytes() {
    SkBuff skb = new SkBuff(packet());
    skb.setU16(24, 0);
    skb.setU16(24, ~sum(skb, 14, 34));
    int old = skb.u32(26);
    skb.setU32(26, 0x0a00_0001);
    assertThat(skb.replaceL3Checksum(24, old, 0x0a00_0001, 4)).isZero();
    assertThat(sum(skb, 14, 34)).isEqualTo(0xffff);
    assertThat(skb.replaceL3Checksum(25, 0, 1, 2)).isNegative();
  }

  @Test
  void anXdpPacketGrowsIntoTheRoomBeforeIt() {
    XdpContext packet = new XdpContext(packet(), 1, 0);
    int first = packet.u8(0);
    assertThat(packet.adjustHead(-217)).isNegative();
    assertThat(packet.adjustHead(-216)).isZero();
    assertThat(packet.u8(216)).isEqualTo(first);
    assertThat(packet.adjustTail(-270)).isNegative();
    assertThat(packet.length()).isEqualTo(276);
  }

  @Test
  void copiesThatWereSentStayAsTheyWere() {
    SkBuff skb = new SkBuff(packet()).mark(3);
    skb.cloneRedirect(5);
    skb.setU8(0, skb.u8(0) + 1);
    assertThat(skb.clones()).hasSize(1);
    assertThat(skb.clones().getFirst().ifindex()).isEqualTo(5);
    assertThat(skb.clones().getFirst().packet().toArray()).isEqualTo(packet());
    assertThat(skb.clones().getFirst().packet().mark()).isEqualTo(3);
  }

  @Test
  void programsOfControlGroupsDoNotWriteOnTheJvmEither() throws Exception {
    JavaProgram program =
        JavaProgram.of(Refused.class.getMethod("writesThePacketOfAControlGroup", CgroupSkb.class));
    assertThatThrownBy(() -> program.run(new CgroupSkb(packet())))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("only read");
  }
}
