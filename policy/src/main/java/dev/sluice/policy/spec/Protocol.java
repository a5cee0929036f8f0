package dev.sluice.policy.spec;

/** What an IP packet carries. */
@Doc("What an IP packet carries. `ICMP` stands for ICMPv6 over IPv6.")
public enum Protocol {
  /** 6. */
  TCP(6),
  /** 17. */
  UDP(17),
  /** 132. */
  SCTP(132),
  /** 1, and 58 over IPv6. */
  ICMP(1);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  /** Its number over IPv4. */
  public int number() {
    return number;
  }
}
