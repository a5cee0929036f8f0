package dev.sluice.conformance.policy;

import dev.sluice.packet.FrameBuilder;
import dev.sluice.packet.IcmpHeader;
import dev.sluice.packet.IpAddress;
import dev.sluice.packet.Ipv4Address;
import dev.sluice.packet.Ipv4Header;
import dev.sluice.packet.Ipv6Address;
import dev.sluice.packet.Ipv6Header;
import dev.sluice.packet.MacAddress;
import dev.sluice.packet.Octets;
import dev.sluice.packet.TcpSegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One packet. Its text is {@code udp 10.0.0.1:1000 > 10.0.0.2:53}, {@code tcp [fd00::1]:1 >
 * [fd00::2]:80 ack}, {@code icmp 10.0.0.1:7 > 10.0.0.2:7 reply} with the echo's identifier as both
 * ports, and {@code dscp 46} behind any of them. TCP is a SYN unless it says {@code synack}, {@code
 * ack} or {@code fin}.
 *
 * @param sender who sends it: a workload, or {@link Stage#OUTSIDE}, whatever its address says
 * @param text what it is
 */
record Probe(String sender, String text) {
  private static final Pattern FORM =
      Pattern.compile(
          "(tcp|udp|icmp) \\[?([0-9a-f.:]+?)\\]?:(\\d+) > \\[?([0-9a-f.:]+?)\\]?:(\\d+)"
              + "( synack| ack| fin| reply)?( dscp \\d+)?");
  private static final Map<String, Integer> FLAGS =
      Map.of(
          "",
          TcpSegment.SYN,
          " synack",
          TcpSegment.SYN | TcpSegment.ACK,
          " ack",
          TcpSegment.ACK,
          " fin",
          TcpSegment.FIN | TcpSegment.ACK);

  private Matcher parsed() {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a probe: " + text);
    }
    return matcher;
  }

  /** Whom it is for. */
  IpAddress destination() {
    return IpAddress.parse(parsed().group(4));
  }

  IpAddress source() {
    return IpAddress.parse(parsed().group(2));
  }

  int sourcePort() {
    return Integer.parseInt(parsed().group(3));
  }

  int destinationPort() {
    return Integer.parseInt(parsed().group(5));
  }

  boolean isTcp() {
    return text.startsWith("tcp ");
  }

  boolean isIpv6() {
    return source() instanceof Ipv6Address;
  }

  /**
   * Its frame.
   *
   * @param payload what it carries
   */
  byte[] frame(byte[] payload, MacAddress from, MacAddress to) {
    Matcher parsed = parsed();
    String detail = parsed.group(6) == null ? "" : parsed.group(6);
    int dscp = parsed.group(7) == null ? 0 : Integer.parseInt(parsed.group(7).substring(6));
    FrameBuilder builder = new FrameBuilder().from(from).to(to);
    IpAddress source = source();
    IpAddress destination = destination();
    if (source instanceof Ipv4Address a && destination instanceof Ipv4Address b) {
      builder.ip(new Ipv4Header(dscp << 2, 0, true, false, 0, 64, 0, a, b, Octets.NONE));
    } else {
      builder.ip(
          new Ipv6Header(
              dscp << 2, 0, 64, 0, (Ipv6Address) source, (Ipv6Address) destination, List.of()));
    }
    switch (parsed.group(1)) {
      case "tcp" -> builder.tcp(sourcePort(), destinationPort(), FLAGS.get(detail));
      case "udp" -> builder.udp(sourcePort(), destinationPort());
      default -> builder.icmp(echo(detail.equals(" reply")));
    }
    return builder.payload(payload).build();
  }

  private IcmpHeader echo(boolean reply) {
    if (isIpv6()) {
      return reply
          ? IcmpHeader.echoReplyV6(sourcePort(), 1)
          : IcmpHeader.echoRequestV6(sourcePort(), 1);
    }
    return reply ? IcmpHeader.echoReply(sourcePort(), 1) : IcmpHeader.echoRequest(sourcePort(), 1);
  }

  /** What is written behind the headers of the numbered probe, by which it is known again. */
  static byte[] label(int number) {
    return "probe %06d".formatted(number).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether a frame is that of a number. */
  static boolean isLabelled(byte[] frame, int number) {
    byte[] label = label(number);
    int from = frame.length - label.length;
    for (int i = 0; i < label.length; i++) {
      if (from < 0 || frame[from + i] != label[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return sender + ": " + text;
  }
}
