package dev.sluice.compiler;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Verdict;

public final class Sample {
  private static final int[] CLASSES = {10, 20, 20, 30, 1, 2, 3};

  record Ports(int source, int destination) {
    boolean isHigh() {
      return destination >= 1024 && source >= 1024;
    }
  }

  private Sample() {}

  static boolean isIpv4(SkBuff skb) {
    return skb.u16(12) == 0x0800;
  }

  @BpfProgram(otherwise = Verdict.NEXT)
  public static int classify(SkBuff skb) {
    if (!isIpv4(skb)) {
      return Verdict.NEXT;
    }
    int header = (skb.u8(14) & 0xf) * 4;
    int protocol = skb.u8(23);
    if (protocol != 6 && protocol != 17) {
      return Verdict.PASS;
    }
    Ports ports = new Ports(skb.u16(14 + header), skb.u16(16 + header));
    if (ports.isHigh()) {
      skb.priority(0x10000 + CLASSES[ports.destination() % 7]);
    }
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += skb.u16(14 + i);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    skb.mark(sum);
    return switch (ports.destination()) {
      case 22, 23 -> Verdict.DROP;
      case 80 -> Verdict.PASS;
      default -> (long) sum * 3 > 70_000L ? Verdict.DROP : Verdict.NEXT;
    };
  }
}
