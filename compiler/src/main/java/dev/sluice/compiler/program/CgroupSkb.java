package dev.sluice.compiler.program;

/**
 * A packet as a program of a control group sees it ({@code cgroup_skb}): from its IP header on, and
 * only to read. The program returns {@link #ALLOW} or {@link #DROP}, nothing else.
 */
public final class CgroupSkb extends SocketBuffer<CgroupSkb> {
  /** The packet is dropped, and its sender told so. */
  public static final int DROP = 0;

  /** The packet goes on. */
  public static final int ALLOW = 1;

  /** A packet for a test; {@code bytes} from its IP header on. */
  public CgroupSkb(byte[] bytes) {
    super(bytes, type(bytes));
  }

  private static int type(byte[] bytes) {
    return switch (bytes.length == 0 ? 0 : bytes[0] >> 4 & 0xf) {
      case 4 -> Ethernet.IPV4;
      case 6 -> Ethernet.IPV6;
      default -> 0;
    };
  }

  @Override
  CgroupSkb self() {
    return this;
  }

  @Override
  boolean isWritable() {
    return false;
  }
}
