package dev.sluice.policy.program;

import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.Table;

/**
 * The tables of the policy's program, but for {@link dev.sluice.policy.table.Addresses}, which
 * gives addresses their identities. Numbers that stand for many are dense and begin at 0, which
 * stands for whatever no rule names.
 */
public final class Tables {
  /** Matches any number in a key. */
  public static final int ANY = -1;

  /** What is done at a device, by {@link #hook}. */
  public static final Table<Integer, Hook> HOOKS = Table.hash(Integer.class, Hook.class, 4_096);

  /** What is known of an identity: {@link Isolation}. */
  public static final Table<Integer, Integer> TRAITS = Table.array(Integer.class, 1_024);

  /** Four services, 16 bits each, of which the first is in the lowest bits: {@link Services}. */
  public static final Table<Integer, Long> SERVICES = Table.array(Long.class, Services.WORDS);

  /** The same for ports of senders. */
  public static final Table<Integer, Long> SENDER_PORTS = Table.array(Long.class, Services.WORDS);

  /** Who may open connections to whom; the value is the number of the rule that says so. */
  public static final Table<Permit, Integer> PERMITS =
      Table.hash(Permit.class, Integer.class, 1_024);

  /** Which addresses belong to the workload behind a device; the value means nothing. */
  public static final Table<Owned, Integer> OWNED = Table.hash(Owned.class, Integer.class, 1_024);

  /** Connections that were let through. */
  public static final Table<Connection, State> CONNECTIONS =
      Table.lru(Connection.class, State.class, 65_536);

  /** Which parts of a packet the rules of a scope look at: {@link #PATTERNS_OF_SCOPE} a scope. */
  public static final Table<Integer, Pattern> PATTERNS = Table.array(Pattern.class, 1_024);

  /** How many patterns a scope may have. */
  public static final int PATTERNS_OF_SCOPE = 16;

  /** What is done with packets, by their parts. */
  public static final Table<Packet, Decision> DECISIONS =
      Table.hash(Packet.class, Decision.class, 1_024);

  /** Classes that packets get, by the numbers of rules. */
  public static final Table<Integer, Integer> CLASSES = Table.array(Integer.class, 1_024);

  /** Rates that packets are held to, by the numbers of rules. */
  public static final Table<Integer, Allowance> ALLOWANCES = Table.array(Allowance.class, 1_024);

  /** How much of a rate is used. */
  public static final Table<User, Long> BUCKETS = Table.lru(User.class, Long.class, 65_536);

  /** How packets are sampled, by the numbers of rules. */
  public static final Table<Integer, Choice> CHOICES = Table.array(Choice.class, 1_024);

  /** What was counted, by the numbers of rules. */
  public static final Table<Integer, Count> COUNTS = Table.perCpuArray(Count.class, 1_024);

  /** Where samples go. */
  public static final Events SAMPLES = Events.perf();

  private Tables() {}

  /** The key of a device's hook. */
  public static int hook(int ifindex, boolean egress) {
    return ifindex << 1 | (egress ? 1 : 0);
  }

  /**
   * What is done at a device.
   *
   * @param tasks {@link Tasks}
   * @param scope whose patterns and decisions count; 0 for none
   * @param defaultClass the class of what nothing else says one for; 0 for none
   * @param refused where {@link #COUNTS} counts what access rules refuse
   */
  public record Hook(int tasks, int scope, int defaultClass, int refused) {}

  /**
   * Who may open connections to whom.
   *
   * @param way {@link Isolation#INGRESS} or {@link Isolation#EGRESS}
   * @param local the identity of whose rule it is
   * @param remote the other's, or {@link #ANY}
   * @param service the receiver's, or {@link #ANY}
   */
  public record Permit(int way, int local, int remote, int service) {}

  /**
   * An address of a workload.
   *
   * @param high of the address
   * @param low of the address
   * @param ifindex the device that it is behind
   */
  public record Owned(long high, long low, int ifindex) {}

  /**
   * A connection, whichever way its packets go: the lower address, then the lower port, is first.
   *
   * @param firstHigh of one end's address
   * @param firstLow of one end's address
   * @param secondHigh of the other's
   * @param secondLow of the other's
   * @param ports the first end's in the upper half, the second's in the lower
   * @param protocol its number
   */
  public record Connection(
      long firstHigh, long firstLow, long secondHigh, long secondLow, int ports, int protocol) {}

  /**
   * What is known of one.
   *
   * @param until when it is forgotten, in nanoseconds since the machine began
   * @param opener 0 if its first end opened it, 1 if its second did
   * @param phase {@link Phase}
   */
  public record State(long until, int opener, int phase) {}

  /**
   * Which parts of a packet are looked at.
   *
   * @param parts {@link Parts}; 0 behind the last
   * @param mark the bits of the mark
   */
  public record Pattern(int parts, int mark) {}

  /**
   * The parts of a packet that decide; those that a pattern leaves out are {@link #ANY}.
   *
   * @param pattern where the pattern stands in {@link #PATTERNS}: the same mark under another mask
   *     is something else
   * @param from the sender's identity
   * @param to the receiver's
   * @param service the receiver's
   * @param senderPort the class of the sender's port
   * @param dscp code point
   * @param mark what counts of it, 0 if nothing does
   */
  public record Packet(
      int pattern, int from, int to, int service, int senderPort, int dscp, int mark) {}

  /**
   * What is done with a packet, by the numbers of rules, which are their order: of several, the
   * least counts for each purpose. 0 says nothing.
   *
   * @param block which says that it is dropped
   * @param limit which holds it to a rate, of {@link #ALLOWANCES}
   * @param share which gives it a class, of {@link #CLASSES}
   * @param sample which samples it, of {@link #CHOICES}
   */
  public record Decision(int block, int limit, int share, int sample) {
    /** For each purpose, the rule that comes first in this or another decision. */
    public Decision earliest(Decision other) {
      return new Decision(
          first(block, other.block),
          first(limit, other.limit),
          first(share, other.share),
          first(sample, other.sample));
    }

    /** 0 is none, and so comes last. Without a branch, of which the verifier would go both ways. */
    private static int first(int one, int other) {
      long left = one - 1 & 0xffff_ffffL;
      long right = other - 1 & 0xffff_ffffL;
      long difference = left - right;
      return (int) (right + (difference & difference >> 63)) + 1;
    }
  }

  /**
   * A rate.
   *
   * @param nanoseconds for a byte, times 2²⁰
   * @param burst how far in the future the next packet may be due, in nanoseconds
   * @param each whose: 0 all together, 1 each sender, 2 each receiver
   * @param dropped where {@link #COUNTS} counts what is dropped
   */
  public record Allowance(long nanoseconds, long burst, int each, int dropped) {}

  /**
   * Who uses a rate.
   *
   * @param high of the address; 0 for all
   * @param low of the address
   * @param limit the number of the rule
   */
  public record User(long high, long low, int limit) {}

  /**
   * How packets are sampled.
   *
   * @param every one of so many
   * @param bytes how much of it
   * @param only 0 all, 1 dropped, 2 passed
   */
  public record Choice(int every, int bytes, int only) {}

  /**
   * What was counted.
   *
   * @param packets packets
   * @param bytes bytes
   */
  public record Count(long packets, long bytes) {}

  /**
   * What comes before a sampled packet's bytes.
   *
   * @param time nanoseconds since the machine began
   * @param length the packet's length in bytes
   * @param ifindex the device
   * @param verdict what becomes of it
   * @param rule the number of the sampling rule
   * @param bytes how many of the packet's bytes follow
   */
  public record Sample(long time, int length, int ifindex, int verdict, int rule, int bytes) {}

  /** Bits of what is done at a device. */
  public static final class Tasks {
    /** Access rules hold. */
    public static final int ACCESS = 1;

    /** The workload sends what comes by here, so it does not come from this host. */
    public static final int FROM_WORKLOAD = 2;

    /** And it must come from one of the addresses in {@link #OWNED}. */
    public static final int OWN_ADDRESSES = 4;

    private Tasks() {}
  }

  /** Bits of what is known of an identity, and the two ways of permits. */
  public static final class Isolation {
    /** Connections to it need a permit; the way of such permits. */
    public static final int INGRESS = 1;

    /** Connections from it need a permit; the way of such permits. */
    public static final int EGRESS = 2;

    /** It is this host, whose traffic with its own workloads needs no permit. */
    public static final int HOST = 4;

    /** Of permits: of remote and service. */
    public static final int EXACT = 1;

    /** Of permits: of a service for any remote. */
    public static final int ANY_REMOTE = 2;

    /** Of permits: of a remote for any service. */
    public static final int ANY_SERVICE = 4;

    /** Of permits: of any remote for any service. */
    public static final int ANYTHING = 8;

    private Isolation() {}

    /** Where the bits stand that tell which kinds of permits there are, of a way. */
    public static int kindsAt(int way) {
      return way == INGRESS ? 8 : 12;
    }
  }

  /** What is known of a connection. */
  public static final class Phase {
    /** It is not known, or no longer. */
    public static final int UNKNOWN = -1;

    /** Nothing came back yet. */
    public static final int OPENING = 0;

    /** Both ends have spoken. */
    public static final int OPEN = 1;

    /** One of them ended it. */
    public static final int CLOSING = 2;

    private Phase() {}
  }

  /** The numbers of the bits that tell which parts a pattern looks at. */
  public static final class Parts {
    /** Set in every pattern that is one. */
    public static final int USED = 0;

    /** The sender. */
    public static final int FROM = 1;

    /** The receiver. */
    public static final int TO = 2;

    /** The service. */
    public static final int SERVICE = 3;

    /** The sender's port. */
    public static final int SENDER_PORT = 4;

    /** The code point. */
    public static final int DSCP = 5;

    private Parts() {}
  }
}
