package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.order.NamePattern;
import dev.sluice.datapath.program.Program;
import dev.sluice.policy.arrival.OpenLinks;
import dev.sluice.policy.arrival.Steering;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.queue.QueueTree;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.rule.RuleName;
import dev.sluice.policy.rule.RuleTables;
import dev.sluice.policy.spec.OwnProgram.IfImpossible;
import dev.sluice.policy.spec.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Policies on devices that nobody else shapes, for as long as it is open: queues, the rules'
 * tables, and their programs in the devices' chains. Closing it takes the programs out. Queues
 * stay, as those of a namespace that ends with its tests. Nothing is kept for a later run: that is
 * what {@link Transition} does.
 */
public final class Installation implements AutoCloseable {
  private final Datapath datapath;
  private final List<String> warnings = new ArrayList<>();
  private final List<Attached> attached = new ArrayList<>();
  private final List<AutoCloseable> held = new ArrayList<>();
  private @Nullable Desired desired;
  private @Nullable Generation generation;

  /**
   * A program in a chain.
   *
   * @param at where
   * @param program the program
   * @param link owns the attachment
   */
  public record Attached(AttachPoint at, Program program, Link link) {}

  private Installation(Datapath datapath) {
    this.datapath = datapath;
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
      spec.programs().forEach(one -> addName(names, one.device()));
    }
    return names;
  }

  private static void addName(Set<String> names, @Nullable String name) {
    if (name != null && !NamePattern.of(name).isPattern()) {
      names.add(name);
    }
  }

  /** Puts policies in place that have no programs of their own from files. */
  public static Installation install(Datapath datapath, List<PolicyDocument> documents) {
    return install(datapath, documents, ProgramFiles.NONE);
  }

  /**
   * Puts policies in place.
   *
   * @param files reads programs of the user's own
   * @throws InvalidInput if one says what cannot be; nothing is changed then
   * @throws dev.sluice.datapath.SluiceException if the datapath refuses a queue or a program
   */
  public static Installation install(
      Datapath datapath, List<PolicyDocument> documents, ProgramFiles files) {
    Installation installation = new Installation(datapath);
    try {
      installation.install(documents, files);
      return installation;
    } catch (RuntimeException e) {
      installation.close();
      throw e;
    }
  }

  private void install(List<PolicyDocument> documents, ProgramFiles files) {
    documents.forEach(document -> warnings.addAll(PolicyLint.check(document)));
    Desired wanted = Desired.of(datapath, Surroundings.SAID, PolicySource.given(documents));
    desired = wanted;
    wanted.findings().forEach(finding -> warnings.add(finding.sentence()));
    OwnPrograms programs = new OwnPrograms(datapath, files, _ -> {}, held);
    wanted.own().forEach(programs::name); // before anything is changed
    Generation made = Generation.load(datapath, wanted.rules(), Map.of());
    generation = made;
    OpenLinks links = new OpenLinks(datapath);
    held.add(links);
    Steering steering = new Steering(datapath, null, _ -> {});
    held.add(steering);
    wanted.build(datapath, steering, links);
    for (RuleTables.Place place : wanted.rules().places()) {
      AttachPoint at = new AttachPoint.Tcx(device(wanted, place.device()), place.direction());
      attach(at, made.program(place.direction()), Anchor.head());
    }
    for (OwnSeat own : wanted.own()) {
      attach(
          new AttachPoint.Tcx(device(wanted, own.seat().device()), own.seat().direction()),
          own,
          programs);
    }
  }

  private void attach(AttachPoint at, OwnSeat own, OwnPrograms programs) {
    Chain chain = datapath.chain(at);
    ChainNames names = ChainNames.of(datapath, chain);
    ChainOrder.Place place = own.order().in(names.names());
    String clash = place.clash();
    if (clash != null) {
      String told = own.told(at.toString(), clash);
      if (own.ifImpossible() == IfImpossible.FAIL) {
        throw own.policy().document().invalid(own.pointer(), told);
      }
      warnings.add(told);
      if (own.ifImpossible() == IfImpossible.SKIP) {
        return;
      }
    }
    attach(at, programs.open(own), names.anchor(place.index()));
  }

  private void attach(AttachPoint at, Program program, Anchor anchor) {
    Link link = datapath.chain(at).attach(program, AttachOptions.at(anchor));
    attached.add(new Attached(at, program, link));
  }

  private static Device device(Desired wanted, int index) {
    return wanted.devices().stream().filter(one -> one.index() == index).findFirst().orElseThrow();
  }

  /** The programs and where they are. */
  public List<Attached> attached() {
    return List.copyOf(attached);
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
    if (desired != null && desired.queue(device) instanceof QueueTree.Shared shared) {
      shared.classes().forEach(one -> names.put(Owner.classId(one.minor()), one.name()));
    }
    return names;
  }

  @Override
  public void close() {
    attached.forEach(one -> one.link().close());
    attached.clear();
    Held.close(held);
    if (generation != null) {
      generation.close();
    }
  }
}
