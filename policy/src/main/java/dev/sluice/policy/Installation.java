package dev.sluice.policy;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.program.Tables;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.queue.ShareTree;
import dev.sluice.policy.queue.Shaper;
import dev.sluice.policy.rule.BoundWorkload;
import dev.sluice.policy.rule.DevicePattern;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.rule.RuleCompiler;
import dev.sluice.policy.rule.RuleName;
import dev.sluice.policy.rule.RuleTables;
import dev.sluice.policy.rule.Scene;
import dev.sluice.policy.rule.Selection;
import dev.sluice.policy.spec.AddressList;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.Target;
import dev.sluice.policy.spec.Workload;
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
 * devices' chains. It lasts as long as it is open; closing it takes the programs out. Queues stay, as
 * those of a namespace that ends with its tests.
 */
public final class Installation implements AutoCloseable {
  private final Datapath datapath;
  private final List<PolicyDocument> documents;
  private final Map<String, Device> devices = new LinkedHashMap<>();
  private final Map<String, List<ShareTree>> trees = new HashMap<>();
  private final Map<Device, ShareTree> shared = new LinkedHashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final Set<Device> queued = new LinkedHashSet<>();
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
    if (name != null && name.indexOf('*') < 0 && name.indexOf('?') < 0) {
      names.add(name);
    }
  }

  /**
   * Puts policies in place.
   *
   * @throws dev.sluice.datapath.InvalidInput if one says what cannot be; nothing is changed then
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
            (policy, index, name) -> tree(policy, index).id(name).value());
    RuleTables tables = RuleCompiler.compile(scene);
    Generation made = Generation.load(datapath, tables, Map.of());
    generation = made;
    for (Outcome outcome :
        datapath.trafficControl().apply(changes, TrafficControl.OnRefusal.STOP)) {
      if (outcome instanceof Outcome.Refused refused) {
        throw refused.reason();
      }
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

  private ShareTree tree(String policy, int index) {
    List<ShareTree> ofPolicy = trees.get(policy);
    if (ofPolicy == null) {
      throw new IllegalStateException("no classes of policy " + policy);
    }
    return ofPolicy.get(index);
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
    List<ShareTree> own = new ArrayList<>();
    for (int i = 0; i < spec.sharing().size(); i++) {
      Sharing sharing = spec.sharing().get(i);
      String at = "/spec/sharing/" + i;
      ShareTree tree = ShareTree.of(sharing, at, document::invalid);
      own.add(tree);
      for (Device device :
          chosen(document, at, sharing.device(), sharing.workload(), workloads)) {
        takeQueue(document, at, device);
        shared.put(device, tree);
        changes.addAll(tree.changes(device));
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
      if (leaving.rate().bytesPerSecond() == 0) {
        throw document.invalid(at, "expected a rate of more than 0");
      }
      for (Device device :
          chosen(document, at, shaping.device(), shaping.workload(), workloads)) {
        takeQueue(document, at, device);
        changes.add(Shaper.change(device, leaving));
      }
    }
  }

  private void takeQueue(PolicyDocument document, String at, Device device) {
    if (!queued.add(device)) {
      throw document.invalid(at, "device " + device + " is shaped or shared out already");
    }
    datapath.trafficControl().qdiscs(device).stream()
        .filter(entry -> entry.isRoot() && !entry.isDefault())
        .findFirst()
        .ifPresent(
            entry -> {
              throw document.invalid(
                  at,
                  "device %s has qdisc %s %s of somebody else"
                      .formatted(device, entry.qdisc().kind(), entry.handle()));
            });
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
    List<Device> chosen =
        target == null
            ? devices.values().stream()
                .filter(one -> DevicePattern.means(String.valueOf(pattern), one.name()))
                .toList()
            : workloads.stream()
                .filter(one -> Selection.means(target, one.workload()))
                .map(BoundWorkload::device)
                .toList();
    if (chosen.isEmpty()) {
      throw document.invalid(at, "there is no such device or workload");
    }
    return chosen;
  }

  private static Map<String, List<Prefix>> lists(PolicyDocument document) {
    Map<String, List<Prefix>> lists = new LinkedHashMap<>();
    List<AddressList> described = document.policy().spec().addressLists();
    for (int i = 0; i < described.size(); i++) {
      AddressList list = described.get(i);
      String at = "/spec/addressLists/" + i;
      if (!list.files().isEmpty() || !list.countries().isEmpty() || !list.except().isEmpty()) {
        throw document.invalid(at, "files, countries and except cannot be read yet");
      }
      if (lists.put(list.name(), list.prefixes()) != null) {
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

  /** What the classes of a device are called, by their handles; empty if it has none. */
  public Map<Handle, String> classNames(Device device) {
    ShareTree tree = shared.get(device);
    return tree == null ? Map.of() : tree.names();
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
