package dev.sluice.cli.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a simulation. Its names are those of {@code sluice try -o json}; times are in
 * nanoseconds of virtual time, rates in bits per second, lengths in bytes with Ethernet headers.
 *
 * @param datapath {@code engine}
 * @param seed what all chance followed from
 * @param nanoseconds how long packets were sent for
 * @param flows what became of each flow
 * @param devices what left by each device
 * @param programs what each program said
 * @param filters what each filter matched
 * @param rules what each rule of policies did
 * @param drops what was dropped, and by whom
 * @param compared what rules and classes did beside what they do on this machine; empty unless it
 *     was asked for
 * @param warnings what looks wrong in the configuration
 * @param observations what stands out in the numbers
 */
public record Outcome(
    String datapath,
    long seed,
    long nanoseconds,
    List<Flow> flows,
    List<Device> devices,
    List<Program> programs,
    List<Filter> filters,
    List<Rule> rules,
    List<Drop> drops,
    List<Compared> compared,
    List<String> warnings,
    List<String> observations) {
  /** Copies the lists. */
  public Outcome {
    flows = List.copyOf(flows);
    devices = List.copyOf(devices);
    programs = List.copyOf(programs);
    filters = List.copyOf(filters);
    rules = List.copyOf(rules);
    drops = List.copyOf(drops);
    compared = List.copyOf(compared);
    warnings = List.copyOf(warnings);
    observations = List.copyOf(observations);
  }

  /**
   * All flows together.
   *
   * @param offered what their senders gave
   * @param received what arrived, copies that were made on the way included
   * @param dropped how many packets were dropped
   */
  public record Totals(Amount offered, Amount received, long dropped) {}

  /** The sums over all flows. */
  Totals totals() {
    return new Totals(
        sum(flows.stream().map(Flow::offered).toList()),
        sum(flows.stream().map(Flow::received).toList()),
        flows.stream().mapToLong(Flow::dropped).sum());
  }

  private static Amount sum(List<Amount> amounts) {
    return new Amount(
        amounts.stream().mapToLong(Amount::packets).sum(),
        amounts.stream().mapToLong(Amount::bytes).sum(),
        amounts.stream().mapToLong(Amount::bitsPerSecond).sum());
  }

  /** The same with what stands out. */
  Outcome observed() {
    return with(compared, Observations.of(this));
  }

  /** The same beside what was counted on this machine. */
  Outcome comparedWith(List<Compared> live) {
    return with(live, observations);
  }

  private Outcome with(List<Compared> compared, List<String> observations) {
    return new Outcome(
        datapath,
        seed,
        nanoseconds,
        flows,
        devices,
        programs,
        filters,
        rules,
        drops,
        compared,
        warnings,
        observations);
  }

  /**
   * How long packets were held up.
   *
   * @param p50 half of them at most so long
   * @param p99 of a hundred, all but one at most so long
   * @param max none longer
   */
  public record Delay(long p50, long p99, long max) {}

  /**
   * Packets of a flow, class or device.
   *
   * @param packets how many
   * @param bytes how much
   * @param bitsPerSecond up to the time that the senders ended; what was still queued then counts
   *     in packets and bytes only. 0 if all was sent at one moment
   */
  public record Amount(long packets, long bytes, long bitsPerSecond) {
    private static final double SECOND = 1e9;

    /** Packets over a time. */
    static Amount of(long packets, long bytes, long nanoseconds) {
      long rate = nanoseconds == 0 ? 0 : Math.round(8 * bytes * SECOND / nanoseconds);
      return new Amount(packets, bytes, rate);
    }
  }

  /**
   * A flow.
   *
   * @param name what it is called
   * @param offered what its sender gave
   * @param received what arrived at the other end
   * @param dropped how many packets were dropped
   * @param waited how long packets waited at hooks and in queues
   */
  public record Flow(String name, Amount offered, Amount received, long dropped, Delay waited) {}

  /**
   * A device.
   *
   * @param name its name
   * @param sent what left by it
   * @param dropped packets that its queues dropped
   * @param queued packets that were still queued when the run ended
   * @param waited how long packets waited
   * @param classes what left by each class of its qdiscs
   */
  public record Device(
      String name,
      Amount sent,
      long dropped,
      long queued,
      Delay waited,
      List<TrafficClass> classes) {}

  /**
   * A class.
   *
   * @param id its name; {@code -} for packets in none
   * @param sent what left by it
   * @param sharePercent its part of the device's rate
   * @param guaranteedBitsPerSecond its rate, where it is one of HTB
   * @param ceilingBitsPerSecond its ceiling
   * @param lends packets that its own rate paid for
   * @param borrows packets that an ancestor's rate paid for
   * @param dropped packets that were for it and were dropped
   * @param queued packets that were still queued when the run ended
   * @param waited how long packets waited; null for an inner class, where none do
   */
  public record TrafficClass(
      String id,
      Amount sent,
      double sharePercent,
      @Nullable Long guaranteedBitsPerSecond,
      @Nullable Long ceilingBitsPerSecond,
      @Nullable Long lends,
      @Nullable Long borrows,
      long dropped,
      long queued,
      @Nullable Delay waited) {}

  /**
   * A program at a hook.
   *
   * @param hook where, such as {@code tcx:eth0/egress}
   * @param name its name
   * @param seen what it saw
   * @param next packets that it let go on to the next program or the qdisc, with whatever number
   * @param pass packets that it let pass
   * @param drop packets that it dropped
   * @param redirect packets that it sent elsewhere
   */
  public record Program(
      String hook, String name, Amount seen, long next, long pass, long drop, long redirect) {}

  /**
   * A filter.
   *
   * @param where the qdisc, class or hook that asks it
   * @param filter its kind, priority and handle
   * @param flow the class it chooses, or what it does
   * @param lookups how often it was asked
   * @param matched what it matched
   */
  public record Filter(String where, String filter, String flow, long lookups, Amount matched) {}

  /**
   * A rule of a policy.
   *
   * @param policy the policy's name
   * @param kind what it is and did
   * @param name the rule's name; for what no rule lets through, the device's
   * @param counted packets, or connections of a rule that lets them through
   */
  public record Rule(String policy, String kind, String name, Amount counted) {}

  /**
   * A rule or class, in the trial and on this machine.
   *
   * @param where the policy of a rule, the device of a class
   * @param name the rule's or the class's name
   * @param did what it did to what is counted
   * @param predicted what it did in the trial
   * @param live what it did on this machine, as long as that was watched
   */
  public record Compared(String where, String name, String did, Amount predicted, Amount live) {}

  /**
   * What was dropped at one place.
   *
   * @param device the device
   * @param cause what kind of thing dropped it
   * @param by who dropped it
   * @param packets how many
   * @param bytes how much
   */
  public record Drop(String device, String cause, String by, long packets, long bytes) {}
}
