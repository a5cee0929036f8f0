package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each program's main purpose, by calling its method. */
class ProgramsTest {
  @Test
  void theMarkerSetsTheClassOfThePort() {
    ClassMarker.CLASS_BY_PORT.put(443, 0x10010);
    SkBuff secure = new SkBuff(Packets.ipv4(6, 1, 2, 5, 443));
    assertThat(ClassMarker.mark(secure)).isEqualTo(Verdict.NEXT);
    assertThat(secure.priority()).isEqualTo(0x10010);
    SkBuff other = new SkBuff(Packets.ipv6(17, 1, 53));
    ClassMarker.mark(other);
    assertThat(other.priority()).isZero();
  }

  @Test
  void theSamplerTakesOneOfSoMany() {
    SkBuff packet = new SkBuff(Packets.ipv4(6, 1, 2, 5, 443)).mark(9).ifindex(3);
    Kernel.setNanoTime(77);
    Sampler.EVERY.put(0, 0);
    Sampler.sample(packet);
    assertThat(Sampler.SAMPLES.take()).isEmpty();

    Sampler.EVERY.put(0, 4);
    for (int i = 0; i < 4_000; i++) {
      Sampler.sample(packet);
    }
    List<byte[]> samples = Sampler.SAMPLES.take();
    assertThat(samples).hasSizeBetween(800, 1_200);
    ByteBuffer first = ByteBuffer.wrap(samples.getFirst()).order(ByteOrder.nativeOrder());
    assertThat(first.getLong(0)).isEqualTo(77);
    assertThat(first.getInt(8)).isEqualTo(60);
    assertThat(first.getInt(12)).isEqualTo(3);
    assertThat(first.getInt(16)).isEqualTo(9);
    assertThat(samples.getFirst()).hasSize(24 + 60);
  }

  @Test
  void theTrackerLetsInWhatAnswers() {
    ConnectionTracker.CONNECTIONS.clear();
    Kernel.setNanoTime(1_000);
    SkBuff answer = new SkBuff(Packets.ipv4(17, 0x0a00_0002, 0x0a00_0001, 53, 4_000));
    assertThat(ConnectionTracker.incoming(answer)).isEqualTo(Verdict.DROP);
    ConnectionTracker.outgoing(new SkBuff(Packets.ipv4(17, 0x0a00_0001, 0x0a00_0002, 4_000, 53)));
    assertThat(ConnectionTracker.incoming(answer)).isEqualTo(Verdict.NEXT);

    Kernel.setNanoTime(1_000 + ConnectionTracker.IDLE + 1);
    assertThat(ConnectionTracker.incoming(answer)).isEqualTo(Verdict.DROP);
    Kernel.setNanoTime(1_000);
    assertThat(ConnectionTracker.incoming(answer)).isEqualTo(Verdict.DROP);
  }

  @Test
  void thePolicerKeepsTheRate() {
    TokenBucketPolicer.BUCKET.put(0, new TokenBucketPolicer.Bucket(6_000, 600, 600, 0, 0));
    SkBuff packet = new SkBuff(Packets.ipv4(6, 1, 2, 5, 443));
    int passed = 0;
    for (int millisecond = 0; millisecond < 1_000; millisecond++) {
      Kernel.setNanoTime(millisecond * 1_000_000L);
      passed += TokenBucketPolicer.police(packet) == Verdict.NEXT ? 1 : 0;
    }
    // A bucket of ten packets, and a hundred in the second.
    assertThat(passed).isBetween(108, 110);
    TokenBucketPolicer.Bucket bucket = TokenBucketPolicer.BUCKET.get(0);
    assertThat(bucket).isNotNull();
    assertThat(bucket.dropped()).isEqualTo(1_000 - passed);
  }

  @Test
  void theFirstRuleThatMatchesDecides() {
    int web = 0x0ac8_0107;
    SkBuff first = new SkBuff(Packets.ipv4(6, 0x0a01_0203, web, 5, 80));
    assertThat(RuleList.decide(first)).isEqualTo(Verdict.NEXT);
    assertThat(first.mark()).isEqualTo(1);

    // Of a range of ports, both ends are in it.
    SkBuff last = new SkBuff(Packets.ipv4(6, 0x0a01_0203, web, 5, 8_099));
    RuleList.decide(last);
    assertThat(last.mark()).isEqualTo(21);

    // A service that is not in the list of its network is decided by the rules of the whole.
    SkBuff behind = new SkBuff(Packets.ipv4(6, 0xac10_0001, web, 5, 8_100));
    assertThat(RuleList.decide(behind)).isEqualTo(Verdict.DROP);
    assertThat(behind.mark()).isEqualTo(196);

    SkBuff udp = new SkBuff(Packets.ipv4(17, 0x0a01_0203, web, 5, 80));
    assertThat(RuleList.decide(udp)).isEqualTo(Verdict.NEXT);
    assertThat(udp.mark()).isZero();
  }
}
