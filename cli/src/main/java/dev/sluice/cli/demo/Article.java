package dev.sluice.cli.demo;

import static dev.sluice.cli.demo.Expectation.TOLERANCE;

import dev.sluice.cli.demo.Scenario.Command;
import dev.sluice.datapath.Rate;
import java.util.ArrayList;
import java.util.List;

/**
 * Three set-ups that introductions to {@code tc} start with, word for word, and what each should do
 * to real traffic.
 *
 * <p>UDP under overload shows the rate that the qdisc keeps. TCP shows what an application gets,
 * and is given more room: its segments reach the qdisc in packets of up to 64 KB, so that a few
 * seconds hold a whole number of large lumps, and behind a bucket as small as 4096 bytes each late
 * timer costs rate that does not come back.
 */
final class Article {
  private static final Rate TEN = Rate.megabits(10);
  private static final double TCP_BELOW = 0.2;
  private static final double TCP_TOLERANCE = 0.1;
  private static final int SENDERS = 8;

  private Article() {}

  /** The scenarios in the order that they are shown. */
  static List<Scenario> scenarios() {
    return List.of(tokenBucket(), borrowing(), heldSource());
  }

  static Scenario tokenBucket() {
    Counter device = Counter.root();
    Flow udp = Flow.udp("udp", Lab.OTHER, 5001);
    Flow tcp = Flow.tcp("tcp", Lab.OTHER, 5002);
    List<Flow> crowd = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      crowd.add(Flow.udp("udp" + i, Lab.OTHER, 5010 + i, Rate.bits(20_000_000L / SENDERS)));
    }
    return new Scenario(
        "TBF: the whole device held to 10 Mbit/s",
        List.of(
            Command.of("tc qdisc add dev eth0 root tbf rate 10mbit burst 32kbit latency 400ms")),
        List.of(
            new Trial(
                "UDP, one socket as fast as it can: its own buffer holds it back, so nothing is"
                    + " dropped",
                List.of(udp),
                List.of(Expectation.of(device, udp, TEN))),
            new Trial(
                "TCP, one connection",
                List.of(tcp),
                List.of(Expectation.of(device, tcp, TEN).within(TCP_BELOW, TOLERANCE))),
            new Trial(
                "UDP, 8 sockets offer 20 Mbit/s: the queue overflows",
                crowd,
                List.of(Expectation.of(device, crowd, TEN)))));
  }

  static Scenario borrowing() {
    Counter ten = Counter.ofClass(1, 0x10);
    Counter twelve = Counter.ofClass(1, 0x12);
    Flow udpTen = Flow.udp("udp to 1:10", Lab.OTHER, 5001);
    Flow udpTwelve = Flow.udp("udp to 1:12", Lab.OTHER, 5002);
    Flow tcpTen = Flow.tcp("tcp to 1:10", Lab.OTHER, 5001);
    Flow tcpTwelve = Flow.tcp("tcp to 1:12", Lab.OTHER, 5002);
    Rate eight = Rate.megabits(8);
    Rate two = Rate.megabits(2);
    return new Scenario(
        "HTB: 8 and 2 of 10 Mbit/s, and each may borrow what the other leaves",
        List.of(
            Command.of("tc qdisc add dev eth0 root handle 1: htb default 12"),
            Command.of("tc class add dev eth0 parent 1: classid 1:1 htb rate 10mbit"),
            Command.of("tc class add dev eth0 parent 1:1 classid 1:10 htb rate 8mbit ceil 10mbit"),
            Command.of("tc class add dev eth0 parent 1:1 classid 1:12 htb rate 2mbit ceil 10mbit"),
            new Command(
                "tc filter add dev eth0 protocol ip parent 1:0 prio 1"
                    + " u32 match ip dport 5001 0xffff flowid 1:10",
                "ours: says what belongs in 1:10; the rest goes to the default, 1:12")),
        List.of(
            new Trial(
                "UDP, both classes overloaded",
                List.of(udpTen, udpTwelve),
                List.of(
                    Expectation.of(ten, udpTen, eight), Expectation.of(twelve, udpTwelve, two))),
            new Trial(
                "TCP, both classes busy",
                List.of(tcpTen, tcpTwelve),
                List.of(
                    Expectation.of(ten, tcpTen, eight).within(TCP_TOLERANCE, TCP_TOLERANCE),
                    Expectation.of(twelve, tcpTwelve, two).within(TCP_TOLERANCE, TCP_TOLERANCE))),
            new Trial(
                "UDP, 1:10 idle: 1:12 borrows up to its ceiling",
                List.of(udpTwelve),
                List.of(Expectation.of(twelve, udpTwelve, TEN))),
            new Trial(
                "UDP, 1:12 idle: 1:10 borrows up to its ceiling",
                List.of(udpTen),
                List.of(Expectation.of(ten, udpTen, TEN)))));
  }

  static Scenario heldSource() {
    Rate twenty = Rate.megabits(20);
    Flow held = Flow.udp("held", Lab.HELD, 5001);
    Flow free = Flow.udp("free", Lab.OTHER, 5002, twenty);
    return new Scenario(
        "HTB and u32: one source address held to 1 Mbit/s",
        List.of(
            new Command(
                "tc qdisc add dev eth0 root handle 1: htb default 30",
                "nobody makes 1:30, so what no filter takes leaves unshaped"),
            Command.of("tc class add dev eth0 parent 1: classid 1:1 htb rate 100mbit"),
            Command.of("tc class add dev eth0 parent 1:1 classid 1:10 htb rate 1mbit"),
            Command.of(
                "tc filter add dev eth0 protocol ip parent 1:0 prio 1"
                    + " u32 match ip src 192.168.1.100 flowid 1:10")),
        List.of(
            new Trial(
                "UDP, " + Lab.HELD + " overloads, " + Lab.OTHER + " offers 20 Mbit/s",
                List.of(held, free),
                List.of(
                    Expectation.of(Counter.ofClass(1, 0x10), held, Rate.megabits(1)),
                    Expectation.of(Counter.unclassified(), free, twenty)))));
  }
}
