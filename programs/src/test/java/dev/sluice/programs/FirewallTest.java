package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Verdict;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FirewallTest {
  @BeforeEach
  void open() {
    Firewall.BLOCKED4.clear();
    Firewall.BLOCKED6.clear();
    Firewall.OPEN.clear();
    Firewall.COUNTERS.clear();
    Firewall.OPEN.put(new Firewall.Port(6, 443), 1);
    Firewall.BLOCKED4.put(new Firewall.Prefix4(8, 0x0a00_0000), 1);
    Firewall.BLOCKED6.put(new Firewall.Prefix6(32, 0x2001_0db8, 0, 0, 0), 1);
  }

  @Test
  void onlyOpenPortsAreReached() {
    assertThat(Firewall.filter(new SkBuff(Packets.ipv4(6, 1, 2, 5, 443)))).isEqualTo(Verdict.NEXT);
    assertThat(Firewall.filter(new SkBuff(Packets.ipv4(17, 1, 2, 5, 443)))).isEqualTo(Verdict.DROP);
    assertThat(Firewall.filter(new SkBuff(Packets.ipv6(6, 7, 443)))).isEqualTo(Verdict.NEXT);
    assertThat(Firewall.filter(new SkBuff(Packets.ipv6(6, 7, 22)))).isEqualTo(Verdict.DROP);
    assertThat(Firewall.COUNTERS.get(Firewall.PASSED)).isEqualTo(new Firewall.Count(2, 60 + 90));
    assertThat(Firewall.COUNTERS.get(Firewall.CLOSED_PORT))
        .isEqualTo(new Firewall.Count(2, 60 + 90));
  }

  @Test
  void blockedSendersAreDropped() {
    assertThat(Firewall.filter(new SkBuff(Packets.ipv4(6, 0x0a01_0203, 2, 5, 443))))
        .isEqualTo(Verdict.DROP);
    assertThat(Firewall.filter(new SkBuff(Packets.ipv6(6, 0x2001_0db8_1234_0000L, 443))))
        .isEqualTo(Verdict.DROP);
    assertThat(Firewall.COUNTERS.get(Firewall.BLOCKED_SENDER))
        .isEqualTo(new Firewall.Count(2, 60 + 90));
  }

  @Test
  void whatIsNoIpGoesOnAndWhatIsCutIsDropped() throws Exception {
    byte[] arp = Packets.ipv4(6, 1, 2, 5, 443);
    arp[13] = 6;
    assertThat(Firewall.filter(new SkBuff(arp))).isEqualTo(Verdict.NEXT);
    byte[] cut = Arrays.copyOf(Packets.ipv4(6, 1, 2, 5, 443), 35);
    JavaProgram program = JavaProgram.of(Firewall.class.getMethod("filter", SkBuff.class));
    assertThat(program.run(new SkBuff(cut))).isEqualTo(Verdict.DROP);
  }
}
