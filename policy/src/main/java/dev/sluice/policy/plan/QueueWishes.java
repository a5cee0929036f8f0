package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.queue.QueueTrees;
import dev.sluice.policy.rule.DevicePattern;
import dev.sluice.policy.rule.Selection;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.Target;
import dev.sluice.policy.spec.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The queues that policies want, by device. */
public final class QueueWishes {
  private final List<Device> devices;
  private final Surroundings surroundings;
  private final SortedMap<Device, Gathered> gathered =
      new TreeMap<>((a, b) -> Integer.compare(a.index(), b.index()));
  private final Map<String, Surroundings.Binding> bindings = new HashMap<>();
  private final List<PlanFinding> findings = new ArrayList<>();

  private QueueWishes(List<Device> devices, Surroundings surroundings) {
    this.devices = devices;
    this.surroundings = surroundings;
  }

  /** What policies say of one device. */
  private static final class Gathered {
    private Shaping.@Nullable Shape shape;
    private @Nullable Sharing sharing;
    private String shapedBy = "";
    private String sharedBy = "";
  }

  /**
   * A wish.
   *
   * @param policy the policy that has it; of two, the one with the classes
   * @param tree the queue
   */
  public record Wish(String policy, QueueTree tree) {}

  /** Of no policies yet. */
  public static QueueWishes of(Datapath datapath, Surroundings surroundings) {
    return new QueueWishes(datapath.devices(), surroundings);
  }

  /**
   * Adds a policy's.
   *
   * @throws NotFound if a device or workload is not there
   * @throws InvalidInput if two want a queue at the same device
   */
  public void add(PolicyDocument document) {
    Spec spec = document.policy().spec();
    for (int i = 0; i < spec.shaping().size(); i++) {
      Shaping shaping = spec.shaping().get(i);
      String pointer = "/spec/shaping/" + i;
      // What a workload receives leaves by its device.
      Shaping.Shape shape = shaping.device() != null ? shaping.upload() : shaping.download();
      if (shape != null) {
        for (Device device : devices(document, pointer, shaping.device(), shaping.workload())) {
          Gathered at = gathered.computeIfAbsent(device, _ -> new Gathered());
          if (at.shape != null) {
            throw twice(document, pointer, device, "held to a rate", at.shapedBy);
          }
          at.shape = shape;
          at.shapedBy = document.policy().metadata().name();
        }
      }
    }
    for (int i = 0; i < spec.sharing().size(); i++) {
      Sharing sharing = spec.sharing().get(i);
      String pointer = "/spec/sharing/" + i;
      for (Device device : devices(document, pointer, sharing.device(), sharing.workload())) {
        Gathered at = gathered.computeIfAbsent(device, _ -> new Gathered());
        if (at.sharing != null) {
          throw twice(document, pointer, device, "shared out", at.sharedBy);
        }
        at.sharing = sharing;
        at.sharedBy = document.policy().metadata().name();
      }
    }
  }

  private static InvalidInput twice(
      PolicyDocument document, String pointer, Device device, String what, String by) {
    boolean same = by.equals(document.policy().metadata().name());
    return document.invalid(
        pointer,
        "device "
            + device
            + " is "
            + what
            + " by "
            + (same ? "this policy" : "policy " + by)
            + " already");
  }

  private List<Device> devices(
      PolicyDocument document, String pointer, @Nullable String pattern, @Nullable Target target) {
    if (pattern != null) {
      return named(document, pointer, pattern);
    }
    List<Device> found = new ArrayList<>();
    for (Workload workload : document.policy().spec().workloads()) {
      if (target != null && Selection.means(target, workload)) {
        String key = workload.namespaceOrDefault() + "/" + workload.name();
        Surroundings.Binding binding = bindings.get(key);
        if (binding == null) {
          binding = surroundings.bind(workload);
          bindings.put(key, binding);
        }
        String name = binding.device();
        found.add(
            devices.stream()
                .filter(device -> device.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFound("device", name)));
      }
    }
    if (found.isEmpty()) {
      throw document.invalid(pointer + "/workload", "the policy has no such workload");
    }
    return found;
  }

  private List<Device> named(PolicyDocument document, String pointer, String pattern) {
    DevicePattern wanted = DevicePattern.of(pattern);
    List<Device> found = devices.stream().filter(one -> wanted.means(one.name())).toList();
    if (found.isEmpty() && !wanted.isPattern()) {
      throw document.invalid(pointer + "/device", "no such device: " + pattern);
    }
    if (found.isEmpty()) {
      findings.add(
          PlanFinding.warning("", "no device is called " + pattern + ": nothing is done there"));
    }
    return found;
  }

  /** What is worth knowing of the policies that were added. */
  public List<PlanFinding> findings() {
    return List.copyOf(findings);
  }

  /**
   * The wanted queues.
   *
   * @param earlier the policies as they were applied before, for the numbers of their classes
   * @throws SluiceException if a queue cannot work
   */
  public Map<Device, Wish> wishes(Map<String, Applied> earlier) {
    Map<Device, Wish> wishes = new TreeMap<>((a, b) -> Integer.compare(a.index(), b.index()));
    gathered.forEach(
        (device, at) -> {
          Sharing sharing = at.sharing;
          if (sharing == null) {
            Shaping.Shape shape = Objects.requireNonNull(at.shape);
            wishes.put(device, new Wish(at.shapedBy, QueueTrees.held(shape)));
          } else {
            Applied before = earlier.get(at.sharedBy);
            Map<String, Integer> numbers = before == null ? Map.of() : of(before, device);
            QueueTree tree = QueueTrees.shared(sharing, at.shape, numbers);
            wishes.put(device, new Wish(at.sharedBy, tree));
          }
        });
    return wishes;
  }

  /** The numbers of a device's classes. */
  private static Map<String, Integer> of(Applied applied, Device device) {
    String prefix = device.name() + "/";
    Map<String, Integer> numbers = new HashMap<>();
    applied
        .numbers()
        .forEach(
            (name, number) -> {
              if (name.startsWith(prefix)) {
                numbers.put(name.substring(prefix.length()), number);
              }
            });
    return numbers;
  }

  /** The numbers of all classes of a policy, by device and name, to be kept for the next run. */
  public static SortedMap<String, Integer> numbers(Map<Device, Wish> wishes, String policy) {
    SortedMap<String, Integer> numbers = new TreeMap<>();
    wishes.forEach(
        (device, wish) -> {
          if (wish.policy().equals(policy) && wish.tree() instanceof QueueTree.Shared shared) {
            shared.numbers().forEach((name, n) -> numbers.put(device.name() + "/" + name, n));
          }
        });
    return numbers;
  }
}
