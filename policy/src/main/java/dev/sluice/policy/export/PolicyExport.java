package dev.sluice.policy.export;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.queue.QueueFinding;
import dev.sluice.policy.queue.QueueLint;
import dev.sluice.policy.rule.RuleCompiler;
import dev.sluice.policy.rule.Scene;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads what is set up at devices as a policy. Nothing is changed. */
public final class PolicyExport {
  private PolicyExport() {}

  /**
   * Reads devices.
   *
   * @param datapath where they are
   * @param devices those to read
   * @param name what the policy is to be called
   * @throws dev.sluice.datapath.SluiceException if the datapath does not tell what is there
   */
  public static Exported read(Datapath datapath, Collection<Device> devices, String name) {
    Notes notes = new Notes();
    List<Shaping> shaping = new ArrayList<>();
    List<Sharing> sharing = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    for (Device device : devices) {
      DeviceExport read = DeviceExport.read(datapath, device, notes);
      for (Shaping shape : read.shaping) {
        if (isSound(device, spec(List.of(shape), List.of(), List.of()), notes)) {
          shaping.add(shape);
        }
      }
      for (Sharing shared : read.sharing) {
        if (isSound(device, spec(List.of(), List.of(shared), List.of()), notes)) {
          sharing.add(shared);
        }
      }
      blocks.addAll(read.blocks);
    }
    TrafficPolicy policy = TrafficPolicy.of(name, spec(shaping, sharing, blocks));
    List<ExportNote> all = notes.list();
    all.addAll(unruly(policy, devices));
    return new Exported(policy, all);
  }

  private static Spec spec(List<Shaping> shaping, List<Sharing> sharing, List<Block> blocks) {
    return new Spec(
        List.of(), List.of(), List.of(), shaping, sharing, blocks, List.of(), List.of(), List.of(),
        List.of());
  }

  /** Whether a queue can be made; a policy refuses some that a kernel takes. */
  private static boolean isSound(Device device, Spec spec, Notes notes) {
    boolean sound = true;
    for (QueueFinding finding : QueueLint.of(spec)) {
      if (finding.isError()) {
        notes.leftOut(device, "root qdisc", finding.text());
        sound = false;
      }
    }
    return sound;
  }

  /** Tells if rules are too many, or too different, for the tables that they become. */
  private static List<ExportNote> unruly(TrafficPolicy policy, Collection<Device> devices) {
    PolicyDocument document = PolicyDocument.of("the exported policy", policy);
    Scene.Source source = new Scene.Source(policy, Map.of(), document::invalid);
    try {
      RuleCompiler.compile(
          new Scene(List.of(source), List.of(), List.copyOf(devices), (_, _, _) -> 1));
      return List.of();
    } catch (InvalidInput e) {
      return List.of(
          new ExportNote(
              ExportNote.Kind.CHANGED, "the policy", "it cannot be applied: " + e.getMessage()));
    }
  }
}
