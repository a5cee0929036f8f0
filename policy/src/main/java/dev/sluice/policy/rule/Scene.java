package dev.sluice.policy.rule;

import dev.sluice.datapath.Device;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that rules are compiled from.
 *
 * @param policies the policies that hold together
 * @param workloads the workloads of all of them
 * @param devices the devices of this host
 * @param hostAddresses addresses of those devices: between this host and its workloads, everything
 *     passes that access rules would refuse; empty where they are not known
 * @param classes what classes are to be called at devices
 */
public record Scene(
    List<Source> policies,
    List<BoundWorkload> workloads,
    List<Device> devices,
    List<Prefix> hostAddresses,
    ClassIds classes) {
  /** Copies the lists. */
  public Scene {
    policies = List.copyOf(policies);
    workloads = List.copyOf(workloads);
    devices = List.copyOf(devices);
    hostAddresses = List.copyOf(hostAddresses);
  }

  /** Where addresses of this host are not known. */
  public Scene(
      List<Source> policies,
      List<BoundWorkload> workloads,
      List<Device> devices,
      ClassIds classes) {
    this(policies, workloads, devices, List.of(), classes);
  }

  /**
   * A policy, and how to say what is wrong in it.
   *
   * @param policy the policy
   * @param lists what its address lists hold, by their names
   * @param kept whether it was applied before: then a device or workload that it means may be gone
   * @param fault makes an error of a JSON pointer and what is wrong there
   */
  public record Source(
      TrafficPolicy policy,
      Map<String, List<Prefix>> lists,
      boolean kept,
      BiFunction<String, String, ? extends RuntimeException> fault) {
    /** A policy that is given anew: all that it means must be there. */
    public Source(
        TrafficPolicy policy,
        Map<String, List<Prefix>> lists,
        BiFunction<String, String, ? extends RuntimeException> fault) {
      this(policy, lists, false, fault);
    }
  }

  /** What classes are called. */
  @FunctionalInterface
  public interface ClassIds {
    /**
     * The handle of a class.
     *
     * @param policy the policy's name
     * @param sharing one of its {@code sharing}
     * @param name the class's; null for that of packets that fit no match
     */
    int of(String policy, Sharing sharing, @Nullable String name);
  }
}
