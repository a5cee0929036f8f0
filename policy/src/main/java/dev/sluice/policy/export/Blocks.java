package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import dev.sluice.policy.export.FilterStep.Effect;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Blocks, from filters that drop. A policy's blocks have no order and no exceptions, so what an
 * earlier filter lets pass is taken from a block.
 */
final class Blocks {
  private Blocks() {}

  /**
   * Reads the filters at a place; filters that do not drop are looked at for what they let pass.
   *
   * @param place what blocks are called by: {@code ingress}
   * @param noteOthers whether filters that neither drop nor accept are to be noted here
   */
  static List<Block> read(
      Device device,
      String place,
      Way way,
      List<FilterStep> steps,
      boolean noteOthers,
      Notes notes) {
    Map<Integer, List<Match>> ofPriority = new TreeMap<>();
    List<FilterStep> passing = new ArrayList<>();
    for (FilterStep step : steps) {
      if (step.effect() != Effect.DROP) {
        passing.add(step);
        if (noteOthers) {
          step.unsayable().forEach(why -> notes.leftOut(device, step.where(), why));
        }
        continue;
      }
      if (!step.isSayable()) {
        step.unsayable().forEach(why -> notes.leftOut(device, step.where(), why));
        continue;
      }
      List<PacketSet> left = new Remainder(device, notes).of(step, passing);
      if (left == null) {
        continue;
      }
      step.remarks().forEach(text -> notes.changed(device, step.where(), text));
      if (step.packets().equals(PacketSet.all(null))) {
        notes.changed(device, step.where(), "only what is IP is dropped");
      }
      List<Match> matches = ofPriority.computeIfAbsent(step.priority(), _ -> new ArrayList<>());
      left.forEach(set -> matches.addAll(set.matches()));
    }
    List<Block> blocks = new ArrayList<>();
    ofPriority.forEach(
        (priority, matches) ->
            blocks.add(
                new Block(
                    device + "-" + place + "-" + priority,
                    device.name(),
                    null,
                    way,
                    MatchMerging.merged(matches))));
    return blocks;
  }
}
