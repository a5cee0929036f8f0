package dev.sluice.policy.plan;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.SluiceException;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.queue.QueueTrees;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The queues that policies want, by device. */
final class QueueWishes {
  private final Bindings bindings;
  private final SortedMap<Device, Gathered> gathered =
      new TreeMap<>((a, b) -> Integer.compare(a.index(), b.index()));
  private final Map<String, SortedMap<String, Integer>> numbers = new HashMap<>();
  private final Map<String, Integer> defaults = new HashMap<>();

  private QueueWishes(Bindings bindings) {
    this.bindings = bindings;
  }

  /** What policies say of one device. */
  private static final class Gathered {
    private Shaping.@Nullable Shape shape;
    private @Nullable Sharing sharing;
    private String shapedBy = "";
    private String sharedBy = "";
    private Map<String, Integer> numbers = Map.of();
  }

  /**
   * A wish.
   *
   * @param policy the policy that has it; of two, the one with the classes
   * @param tree the queue
   */
  record Wish(String policy, QueueTree tree) {}

  /**
   * Gathers what policies want.
   *
   * @throws InvalidInput if two want a queue at the same device, or one cannot work
   */
  static QueueWishes of(Bindings bindings, List<PolicySource> policies) {
    QueueWishes wishes = new QueueWishes(bindings);
    policies.forEach(wishes::add);
    return wishes;
  }

  private void add(PolicySource policy) {
    Spec spec = policy.document().policy().spec();
    for (int i = 0; i < spec.shaping().size(); i++) {
      Shaping shaping = spec.shaping().get(i);
      String at = "/spec/shaping/" + i;
      boolean ofDevice = shaping.device() != null;
      List<Device> devices = bindings.chosen(policy, at, shaping.device(), shaping.workload());
      Shaping.Shape leaving = ofDevice ? shaping.upload() : shaping.download();
      Shaping.Shape arriving = ofDevice ? shaping.download() : shaping.upload();
      if (arriving != null) {
        throw policy
            .document()
            .invalid(
                at + (ofDevice ? "/download" : "/upload"),
                "what arrives at a device cannot be shaped yet; a limit can hold it to a rate");
      }
      if (leaving == null) {
        throw policy.document().invalid(at, "expected upload or download");
      }
      for (Device device : devices) {
        Gathered there = gathered.computeIfAbsent(device, _ -> new Gathered());
        if (there.shape != null) {
          throw twice(policy, at, device, "held to a rate", there.shapedBy);
        }
        there.shape = leaving;
        there.shapedBy = policy.name();
      }
    }
    for (int i = 0; i < spec.sharing().size(); i++) {
      add(policy, i, spec.sharing().get(i));
    }
  }

  private void add(PolicySource policy, int index, Sharing sharing) {
    String at = "/spec/sharing/" + index;
    List<Device> devices = bindings.chosen(policy, at, sharing.device(), sharing.workload());
    Map<String, Integer> earlier = earlier(policy, sharing);
    QueueTree.Shared tree;
    try {
      tree = QueueTrees.shared(sharing, null, earlier);
    } catch (InvalidInput e) {
      throw policy.document().invalid(at, String.valueOf(e.getMessage()));
    }
    tree.numbers()
        .forEach(
            (name, number) ->
                numbers
                    .computeIfAbsent(policy.name(), _ -> new TreeMap<>())
                    .put(key(sharing) + "/" + name, number));
    defaults.put(policy.name() + "/" + key(sharing), tree.defaultMinor());
    for (Device device : devices) {
      Gathered there = gathered.computeIfAbsent(device, _ -> new Gathered());
      if (there.sharing != null) {
        throw twice(policy, at, device, "shared out", there.sharedBy);
      }
      there.sharing = sharing;
      there.sharedBy = policy.name();
      there.numbers = earlier;
    }
  }

  private static InvalidInput twice(
      PolicySource policy, String at, Device device, String what, String by) {
    boolean same = by.equals(policy.name());
    return policy
        .document()
        .invalid(
            at,
            "device %s is %s by %s already"
                .formatted(device, what, same ? "this policy" : "policy " + by));
  }

  /** What tells a sharing from others of its policy: where it is. */
  private static String key(Sharing sharing) {
    return sharing.device() != null ? sharing.device() : String.valueOf(sharing.workload());
  }

  /** The numbers that the classes of a sharing had before, by their names. */
  private static Map<String, Integer> earlier(PolicySource policy, Sharing sharing) {
    Applied applied = policy.applied();
    Map<String, Integer> earlier = new LinkedHashMap<>();
    if (applied != null) {
      String prefix = key(sharing) + "/";
      applied
          .numbers()
          .forEach(
              (name, number) -> {
                if (name.startsWith(prefix)) {
                  earlier.put(name.substring(prefix.length()), number);
                }
              });
    }
    return earlier;
  }

  /**
   * The wanted queues.
   *
   * @throws SluiceException if a queue cannot work
   */
  Map<Device, Wish> wishes() {
    Map<Device, Wish> wishes = new TreeMap<>((a, b) -> Integer.compare(a.index(), b.index()));
    gathered.forEach(
        (device, there) -> {
          if (there.sharing != null) {
            QueueTree tree = QueueTrees.shared(there.sharing, there.shape, there.numbers);
            wishes.put(device, new Wish(there.sharedBy, tree));
          } else if (there.shape != null) {
            wishes.put(device, new Wish(there.shapedBy, QueueTrees.held(there.shape)));
          }
        });
    return wishes;
  }

  /** The numbers of a policy's classes, to be kept for the next run. */
  SortedMap<String, Integer> numbers(String policy) {
    return numbers.getOrDefault(policy, new TreeMap<>());
  }

  /**
   * The handle of a class.
   *
   * @param sharing one of the policy's
   * @param name null for that of packets that fit no match
   */
  int classId(String policy, Sharing sharing, @Nullable String name) {
    Integer minor = name == null ? null : numbers(policy).get(key(sharing) + "/" + name);
    if (minor == null) {
      minor = defaults.get(policy + "/" + key(sharing));
    }
    if (minor == null) {
      throw new IllegalStateException("no classes of policy " + policy);
    }
    return Owner.classId(minor).value();
  }
}
