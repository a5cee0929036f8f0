package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the way to a field in a kernel's type, by names ({@code bpf_core_spec_match}). */
final class FieldMatch {
  private final TypeComparison comparison;
  private final TypeGraph target;
  private final List<AccessPath.Step> steps = new ArrayList<>();
  private long bits;

  FieldMatch(TypeComparison comparison) {
    this.comparison = comparison;
    target = comparison.target();
  }

  /** The way through a type of the kernel; null if it has no such field. */
  @Nullable AccessPath match(AccessPath local, int targetId) {
    int id = targetId;
    for (int i = 0; i < local.steps().size(); i++) {
      AccessPath.Step step = local.steps().get(i);
      if (step.name() != null) {
        BtfType.Member wanted = member(local.graph(), step);
        int next = member(wanted, id, TypeGraph.MAX_DEPTH);
        if (next < 0) {
          return null;
        }
        id = next;
        continue;
      }
      if (i > 0) {
        if (!(target.plainType(id) instanceof BtfType.Array array)
            || (step.index() >= array.count() && !AccessPath.isFlexible(target, steps, array))) {
          return null;
        }
        id = array.elementId();
      }
      id = target.plain(id);
      steps.add(new AccessPath.Step(id, step.index(), null));
      long size = Math.multiplyExact(step.index(), target.size(id));
      bits = Math.addExact(bits, Math.multiplyExact(size, 8));
    }
    return new AccessPath(target, targetId, steps, bits);
  }

  private static BtfType.Member member(TypeGraph graph, AccessPath.Step step) {
    if (graph.plainType(step.typeId()) instanceof BtfType.Composite struct) {
      return struct.members().get((int) step.index());
    }
    throw new RelocationException("type " + step.typeId() + " is no struct");
  }

  /** Goes to the member with a name, also inside members that have none; its type, or −1. */
  private int member(BtfType.Member wanted, int id, int depth) {
    if (depth == 0) {
      throw new RelocationException("type " + id + " is nested too deeply");
    }
    int structId = target.plain(id);
    if (!(target.type(structId) instanceof BtfType.Composite struct)) {
      return -1;
    }
    for (int i = 0; i < struct.members().size(); i++) {
      BtfType.Member there = struct.members().get(i);
      if (there.name().isEmpty()) {
        bits += there.bitOffset();
        int found = member(wanted, there.typeId(), depth - 1);
        if (found >= 0) {
          return found;
        }
        bits -= there.bitOffset();
      } else if (there.name().equals(wanted.name())) {
        if (!comparison.fieldsAgree(wanted.typeId(), there.typeId())) {
          return -1;
        }
        bits += there.bitOffset();
        steps.add(new AccessPath.Step(structId, i, there.name()));
        return there.typeId();
      }
    }
    return -1;
  }
}
