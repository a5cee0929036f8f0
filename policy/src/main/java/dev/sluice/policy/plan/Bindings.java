package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.order.NamePattern;
import dev.sluice.policy.arrival.OwnIfb;
import dev.sluice.policy.rule.BoundWorkload;
import dev.sluice.policy.rule.Selection;
import dev.sluice.policy.spec.Target;
import dev.sluice.policy.spec.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which devices of this host policies mean, by their names or by the workloads behind them. */
final class Bindings {
  private final List<Device> devices;
  private final List<BoundWorkload> workloads = new ArrayList<>();
  private final Map<String, SortedMap<String, Surroundings.Binding>> ofPolicies = new HashMap<>();
  private final List<PlanFinding> findings = new ArrayList<>();

  private Bindings(List<Device> devices) {
    this.devices = devices;
  }

  /**
   * Finds the workloads of policies.
   *
   * @throws NotFound if a device or workload of a policy that is given is not there
   * @throws InvalidInput if what it says of a workload is not enough, or two are behind one device
   */
  static Bindings of(Datapath datapath, Surroundings surroundings, List<PolicySource> policies) {
    Set<Device> own = new HashSet<>();
    for (Intermediate ifb : datapath.intermediates().list()) {
      if (OwnIfb.owns(ifb)) {
        own.add(ifb.device());
      }
    }
    Bindings bindings =
        new Bindings(datapath.devices().stream().filter(one -> !own.contains(one)).toList());
    for (PolicySource policy : policies) {
      bindings.bind(policy, surroundings);
    }
    return bindings;
  }

  private void bind(PolicySource policy, Surroundings surroundings) {
    SortedMap<String, Surroundings.Binding> found = new TreeMap<>();
    List<Workload> described = policy.document().policy().spec().workloads();
    for (int i = 0; i < described.size(); i++) {
      Workload workload = described.get(i);
      String key = key(workload);
      String at = "/spec/workloads/" + i;
      Surroundings.Binding binding = bind(policy, surroundings, workload, at);
      if (found.put(key, binding) != null) {
        throw policy.document().invalid(at + "/name", "there is a workload " + key + " already");
      }
      Device device = find(binding.device());
      if (device == null && !policy.kept()) {
        throw policy.document().invalid(at + "/device", "no device is called " + binding.device());
      }
      if (device == null) {
        warn(policy, "workload " + key + " is gone; what is said of its addresses still holds");
      }
      for (BoundWorkload other : workloads) {
        if (device != null && device.equals(other.device())) {
          throw policy
              .document()
              .invalid(
                  at + "/device",
                  "workload %s is behind %s already".formatted(other.workload().name(), device));
        }
      }
      workloads.add(new BoundWorkload(workload, device, binding.addresses()));
    }
    ofPolicies.put(policy.name(), found);
  }

  private static Surroundings.Binding bind(
      PolicySource policy, Surroundings surroundings, Workload workload, String at) {
    try {
      return surroundings.bind(workload);
    } catch (NotFound | InvalidInput e) {
      Applied applied = policy.applied();
      Surroundings.Binding before = applied == null ? null : applied.bindings().get(key(workload));
      if (policy.kept() && before != null) {
        return before;
      }
      throw policy.document().invalid(at, String.valueOf(e.getMessage()));
    }
  }

  private static String key(Workload workload) {
    return workload.namespaceOrDefault() + "/" + workload.name();
  }

  private @Nullable Device find(String name) {
    return devices.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  private void warn(PolicySource policy, String sentence) {
    findings.add(PlanFinding.ofPolicy(policy.name(), sentence));
  }

  /** All devices of this host but for those that were made for policies. */
  List<Device> devices() {
    return devices;
  }

  /** The workloads of all policies. */
  List<BoundWorkload> workloads() {
    return workloads;
  }

  /** Where the workloads of a policy are, to be kept for the next run. */
  SortedMap<String, Surroundings.Binding> of(String policy) {
    return ofPolicies.getOrDefault(policy, new TreeMap<>());
  }

  /** What is worth knowing. */
  List<PlanFinding> findings() {
    return findings;
  }

  /**
   * The devices that a part of a policy means.
   *
   * @param at where that part stands
   * @param pattern the name of a device, or a pattern
   * @param target workloads
   */
  List<Device> chosen(
      PolicySource policy, String at, @Nullable String pattern, @Nullable Target target) {
    if ((pattern == null) == (target == null)) {
      throw policy.document().invalid(at, "expected one of device and workload");
    }
    List<Device> chosen = new ArrayList<>();
    if (pattern != null) {
      NamePattern wanted = NamePattern.of(pattern);
      devices.stream().filter(one -> wanted.means(one.name())).forEach(chosen::add);
      if (chosen.isEmpty() && (wanted.isPattern() || policy.kept())) {
        warn(policy, "no device is called " + pattern + ": nothing is done there");
      } else if (chosen.isEmpty()) {
        throw policy.document().invalid(at + "/device", "no such device: " + pattern);
      }
    }
    if (target != null) {
      List<BoundWorkload> meant =
          workloads.stream().filter(one -> Selection.means(target, one.workload())).toList();
      if (meant.isEmpty() && !policy.kept()) {
        throw policy.document().invalid(at + "/workload", "it means none of the workloads");
      }
      for (BoundWorkload one : meant) {
        if (one.device() != null) {
          chosen.add(one.device());
        }
      }
    }
    return chosen;
  }
}
