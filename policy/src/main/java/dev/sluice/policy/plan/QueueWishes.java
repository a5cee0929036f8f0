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
import dev.sluice.policy.spec.Way;
import java.util.ArrayList;
import java.util.Comparator;
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
  private final List<PlanFinding> findings = new ArrayList<>();
  private final SortedMap<Queue, Gathered> gathered = new TreeMap<>();
  private final Map<String, SortedMap<String, Integer>> numbers = new HashMap<>();
  private final Map<String, Integer> defaults = new HashMap<>();

  private QueueWishes(Bindings bindings) {
    this.bindings = bindings;
  }

  /**
   * A device's queue.
   *
   * @param device the device
   * @param arriving whether it is for what arrives there, not for what leaves
   */
  record Queue(Device device, boolean arriving) implements Comparable<Queue> {
    private static final Comparator<Queue> ORDER =
        Comparator.comparingInt((Queue queue) -> queue.device.index())
            .thenComparing(Queue::arriving);

    @Override
    public int compareTo(Queue other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return arriving ? "what arrives at " + device : "device " + device;
    }
  }

  /** What policies say of one queue. */
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
      if (shaping.upload() == null && shaping.download() == null) {
        throw policy.document().invalid(at, "expected upload or download");
      }
      for (Device device : bindings.chosen(policy, at, shaping.device(), shaping.workload())) {
        hold(policy, at, new Queue(device, !ofDevice), shaping.upload());
        hold(policy, at, new Queue(device, ofDevice), shaping.download());
      }
    }
    for (int i = 0; i < spec.sharing().size(); i++) {
      add(policy, i, spec.sharing().get(i));
    }
  }

  private void hold(PolicySource policy, String at, Queue queue, Shaping.@Nullable Shape shape) {
    if (shape == null) {
      return;
    }
    Gathered there = gathered.computeIfAbsent(queue, _ -> new Gathered());
    if (there.shape != null) {
      throw twice(policy, at, queue, "held to a rate", there.shapedBy);
    }
    there.shape = shape;
    there.shapedBy = policy.name();
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
    boolean ofDevice = sharing.device() != null;
    Way usual = ofDevice ? Way.UPLOAD : Way.DOWNLOAD;
    boolean arriving = sharing.way() != null && sharing.way() != usual;
    for (Device device : devices) {
      Queue queue = new Queue(device, arriving);
      Gathered there = gathered.computeIfAbsent(queue, _ -> new Gathered());
      if (there.sharing != null) {
        throw twice(policy, at, queue, "shared out", there.sharedBy);
      }
      there.sharing = sharing;
      there.sharedBy = policy.name();
      there.numbers = earlier;
    }
  }

  private static InvalidInput twice(
      PolicySource policy, String at, Queue queue, String what, String by) {
    boolean same = by.equals(policy.name());
    return policy
        .document()
        .invalid(
            at,
            "%s is %s by %s already".formatted(queue, what, same ? "this policy" : "policy " + by));
  }

  /** What tells a sharing from others of its policy: where it is. */
  private static String key(Sharing sharing) {
    String where = sharing.device() != null ? sharing.device() : String.valueOf(sharing.workload());
    return sharing.way() == null ? where : where + " " + sharing.way();
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
  SortedMap<Queue, Wish> wishes() {
    SortedMap<Queue, Wish> wishes = new TreeMap<>();
    gathered.forEach(
        (queue, there) -> {
          if (there.sharing != null) {
            if (there.shape != null && !there.shape.rate().equals(there.sharing.rate())) {
              findings.add(
                  PlanFinding.ofPolicy(
                      there.sharedBy,
                      "%s is held to %s, which is what there is to share out, not %s"
                          .formatted(queue, there.shape.rate(), there.sharing.rate())));
            }
            QueueTree tree = QueueTrees.shared(there.sharing, there.shape, there.numbers);
            wishes.put(queue, new Wish(there.sharedBy, tree));
          } else if (there.shape != null) {
            wishes.put(queue, new Wish(there.shapedBy, QueueTrees.held(there.shape)));
          }
        });
    return wishes;
  }

  /** What is worth knowing. */
  List<PlanFinding> findings() {
    return findings;
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
