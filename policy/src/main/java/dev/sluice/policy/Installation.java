package dev.sluice.policy;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.policy.address.AddressLists;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.program.Tables;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.queue.ForeignQueue;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.queue.QueueClass;
import dev.sluice.policy.queue.QueueDiff;
import dev.sluice.policy.queue.QueuePlan;
import dev.sluice.policy.queue.QueueReport;
import dev.sluice.policy.queue.QueueRun;
import dev.sluice.policy.queue.QueueStep;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.queue.QueueTrees;
import dev.sluice.policy.rule.BoundWorkload;
import dev.sluice.policy.rule.DevicePattern;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.rule.RuleCompiler;
import dev.sluice.policy.rule.RuleName;
import dev.sluice.policy.rule.RuleTables;
import dev.sluice.policy.rule.Scene;
import dev.sluice.policy.rule.Selection;
import dev.sluice.policy.spec.AddressList;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.Target;
import dev.sluice.policy.spec.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Policies on devices that nobody else shapes: queues, the rules' tables, and their programs in the
 * devices' chains. It lasts as long as it is open; closing it takes the programs out. Queues stay,
 * as those of a namespace that ends with its tests.
 */
public final class Installation implements AutoCloseable {
  private final Datapath datapath;
  private final List<PolicyDocument> documents;
  private final Map<String, Device> devices = new LinkedHashMap<>();
  private final Map<String, List<QueueTree.Shared>> trees = new HashMap<>();
  private final Map<Device, QueueTree> queues = new LinkedHashMap<>();
  private final List<QueueStep> steps = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<AttachPoint, Link> links = new LinkedHashMap<>();
  private @Nullable Generation generation;

  private Installation(Datapath datapath, List<PolicyDocument> documents) {
    this.datapath = datapath;
    this.documents = documents;
    datapath.devices().forEach(device -> devices.put(device.name(), device));
  }

  /**
   * The devices that policies name without a pattern: a trial has to make them.
   *
   * @return their names, in the order that they are named
   */
  public static Set<String> deviceNames(List<PolicyDocument> documents) {
    Set<String> names = new LinkedHashSet<>();
    for (PolicyDocument document : documents) {
      Spec spec = document.policy().spec();
      spec.workloads().forEach(one -> addName(names, one.device()));
      spec.shaping().forEach(one -> addName(names, one.device()));
      spec.sharing().forEach(one -> addName(names, one.device()));
      spec.blocks().forEach(one -> addName(names, one.device()));
      spec.limits().forEach(one -> addName(names, one.device()));
      spec.sampling().forEach(one -> addName(names, one.device()));
    }
    return names;
  }

  private static void addName(Set<String> names, @Nullable String name) {
    if (name != null && !DevicePattern.of(name).isPattern()) {
      names.add(name);
    }
  }

  /**
   * Puts policies in place.
   *
   * @throws InvalidInput if one says what cannot be; nothing is changed then
   * @throws dev.sluice.datapath.SluiceException if the datapath refuses a queue or a program
   */
  public static Installation install(Datapath datapath, List<PolicyDocument> documents) {
    Installation installation = new Installation(datapath, List.copyOf(documents));
    try {
      installation.install();
      return installation;
    } catch (RuntimeException e) {
      installation.close();
      throw e;
    }
  }

  private void install() {
    List<BoundWorkload> workloads = new ArrayList<>();
    documents.forEach(document -> bind(document, workloads));
    documents.forEach(document -> queues(document, workloads));
    List<Scene.Source> sources = new ArrayList<>();
    for (PolicyDocument document : documents) {
      sources.add(new Scene.Source(document.policy(), lists(document), document::invalid));
    }
    Scene scene =
        new Scene(
            sources,
            workloads,
            List.copyOf(devices.values()),
            (policy, index, name) -> classId(tree(policy, index), name));
    RuleTables tables = RuleCompiler.compile(scene);
    Generation made = Generation.load(datapath, tables, Map.of());
    generation = made;
    QueueReport report = QueueRun.apply(datapath.trafficControl(), steps);
    QueueReport.Refusal refusal = report.refusal();
    if (refusal != null) {
      throw refusal.reason();
    }
    for (int hook : tables.hooks()) {
      Direction direction =
          hook == Tables.hook(hook >>> 1, true) ? Direction.EGRESS : Direction.INGRESS;
      AttachPoint at = new AttachPoint.Tcx(device(hook >>> 1), direction);
      links.put(at, datapath.chain(at).attach(made.program(direction)));
    }
  }

  private Device device(int index) {
    return devices.values().stream().filter(one -> one.index() == index).findFirst().orElseThrow();
  }

  private QueueTree.Shared tree(String policy, int index) {
    List<QueueTree.Shared> ofPolicy = trees.get(policy);
    if (ofPolicy == null) {
      throw new IllegalStateException("no classes of policy " + policy);
    }
    return ofPolicy.get(index);
  }

  private static int classId(QueueTree.Shared tree, @Nullable String name) {
    QueueClass found = name == null ? null : tree.find(name);
    return Owner.classId(found == null ? tree.defaultMinor() : found.minor()).value();
  }

  private void bind(PolicyDocument document, List<BoundWorkload> workloads) {
    Spec spec = document.policy().spec();
    for (int i = 0; i < spec.workloads().size(); i++) {
      Workload workload = spec.workloads().get(i);
      String at = "/spec/workloads/" + i;
      String name = workload.device();
      if (name == null) {
        throw document.invalid(
            at, "expected its device here: from netns, pid or container it cannot be found yet");
      }
      Device device = devices.get(name);
      if (device == null) {
        throw document.invalid(at + "/device", "no device is called " + name);
      }
      for (BoundWorkload other : workloads) {
        if (other.device().equals(device)) {
          throw document.invalid(
              at + "/device", "workload " + other.workload().name() + " is behind it already");
        }
      }
      workloads.add(new BoundWorkload(workload, device, workload.addresses()));
    }
    if (!spec.programs().isEmpty()) {
      throw document.invalid("/spec/programs", "programs of your own cannot be put in place yet");
    }
  }

  private void queues(PolicyDocument document, List<BoundWorkload> workloads) {
    Spec spec = document.policy().spec();
    warnings.addAll(PolicyLint.check(document));
    List<QueueTree.Shared> own = new ArrayList<>();
    for (int i = 0; i < spec.sharing().size(); i++) {
      Sharing sharing = spec.sharing().get(i);
      String at = "/spec/sharing/" + i;
      QueueTree.Shared tree = QueueTrees.shared(sharing, null, Map.of());
      own.add(tree);
      for (Device device : chosen(document, at, sharing.device(), sharing.workload(), workloads)) {
        queue(document, at, device, tree);
      }
    }
    String policy = document.policy().metadata().name();
    if (trees.putIfAbsent(policy, own) != null) {
      throw document.invalid("/metadata/name", "there is a policy " + policy + " already");
    }
    for (int i = 0; i < spec.shaping().size(); i++) {
      Shaping shaping = spec.shaping().get(i);
      String at = "/spec/shaping/" + i;
      boolean ofDevice = shaping.device() != null;
      Shaping.Shape leaving = ofDevice ? shaping.upload() : shaping.download();
      Shaping.Shape arriving = ofDevice ? shaping.download() : shaping.upload();
      if (arriving != null) {
        throw document.invalid(
            at + (ofDevice ? "/download" : "/upload"),
            "what arrives at a device cannot be shaped yet; a limit can hold it to a rate");
      }
      if (leaving == null) {
        throw document.invalid(at, "expected upload or download");
      }
      for (Device device : chosen(document, at, shaping.device(), shaping.workload(), workloads)) {
        queue(document, at, device, QueueTrees.held(leaving));
      }
    }
  }

  private void queue(PolicyDocument document, String at, Device device, QueueTree tree) {
    if (queues.put(device, tree) != null) {
      throw document.invalid(at, "device " + device + " is shaped or shared out already");
    }
    QueuePlan plan = QueueDiff.of(datapath.trafficControl(), device, tree);
    ForeignQueue foreign = plan.foreign();
    if (foreign != null) {
      throw document.invalid(at, foreign.toString());
    }
    steps.addAll(plan.steps());
  }

  private List<Device> chosen(
      PolicyDocument document,
      String at,
      @Nullable String pattern,
      @Nullable Target target,
      List<BoundWorkload> workloads) {
    if ((pattern == null) == (target == null)) {
      throw document.invalid(at, "expected one of device and workload");
    }
    List<Device> chosen = new ArrayList<>();
    if (pattern != null) {
      DevicePattern wanted = DevicePattern.of(pattern);
      devices.values().stream().filter(one -> wanted.means(one.name())).forEach(chosen::add);
    }
    if (target != null) {
      workloads.stream()
          .filter(one -> Selection.means(target, one.workload()))
          .forEach(one -> chosen.add(one.device()));
    }
    if (chosen.isEmpty()) {
      throw document.invalid(at, "there is no such device or workload");
    }
    return chosen;
  }

  private static Map<String, List<Prefix>> lists(PolicyDocument document) {
    Map<String, List<Prefix>> lists = new LinkedHashMap<>();
    Path parent = Path.of(document.source()).getParent();
    Path base = parent == null ? Path.of("") : parent;
    List<AddressList> described = document.policy().spec().addressLists();
    for (int i = 0; i < described.size(); i++) {
      AddressList list = described.get(i);
      String at = "/spec/addressLists/" + i;
      List<Prefix> prefixes;
      try {
        prefixes = AddressLists.resolve(list, base);
      } catch (InvalidInput | NotFound e) {
        throw document.invalid(at, String.valueOf(e.getMessage()));
      }
      if (lists.put(list.name(), prefixes) != null) {
        throw document.invalid(at + "/name", "there is a list " + list.name() + " already");
      }
    }
    return lists;
  }

  /** Where programs are. */
  public Map<AttachPoint, Link> links() {
    return Map.copyOf(links);
  }

  /** The rules in force. */
  public Generation generation() {
    if (generation == null) {
      throw new IllegalStateException("nothing is installed");
    }
    return generation;
  }

  /** What was counted, rule by rule, in their order. */
  public Map<RuleName, Count> counts() {
    return generation().counts();
  }

  /** What is likely not as it was meant, each with its place. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** What the classes of a device are called, by their handles; empty if it has none. */
  public Map<Handle, String> classNames(Device device) {
    Map<Handle, String> names = new LinkedHashMap<>();
    if (queues.get(device) instanceof QueueTree.Shared shared) {
      shared.classes().forEach(one -> names.put(Owner.classId(one.minor()), one.name()));
    }
    return names;
  }

  @Override
  public void close() {
    links.values().forEach(Link::close);
    links.clear();
    if (generation != null) {
      generation.close();
    }
  }
}
