package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.BtfType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers relocations from the types of a kernel ({@code bpf_core_calc_relo_insn}). */
public final class Relocator {
  private final KernelTypes kernel;
  private final Map<Relocation, Answer> known = new HashMap<>();

  /** Answers from the types of a kernel. */
  public Relocator(KernelTypes kernel) {
    this.kernel = kernel;
  }

  /**
   * The answer.
   *
   * @throws RelocationException if the relocation makes no sense, or the kernel has several such
   *     types that answer differently
   */
  public Answer answer(Relocation relocation) {
    Answer answer = known.get(relocation);
    if (answer == null) {
      try {
        answer = find(relocation);
      } catch (ArithmeticException _) {
        throw new RelocationException(
            "access '%s' of type %d leads beyond what can be counted"
                .formatted(relocation.access(), relocation.typeId()));
      }
      known.put(relocation, answer);
    }
    return answer;
  }

  private Answer find(Relocation relocation) {
    AccessPath local = AccessPath.of(relocation);
    RelocationKind kind = relocation.kind();
    if (kind == RelocationKind.TYPE_ID_LOCAL) {
      return Answer.of(relocation.typeId(), relocation.typeId(), false);
    }
    if (relocation.typeName().isEmpty()) {
      throw new RelocationException(
          "type " + relocation.typeId() + " has no name by which a kernel could know it");
    }
    AccessPath found = null;
    Part part = null;
    for (int candidate : candidates(relocation)) {
      AccessPath path = match(local, candidate, kind);
      if (path == null) {
        continue;
      }
      Part there = Part.of(path, kind);
      if (part != null
          && found != null
          && (found.bitOffset() != path.bitOffset() || part.value() != there.value())) {
        throw new RelocationException(
            "the kernel has several types '%s' that differ in %s"
                .formatted(relocation.typeName(), local.describe()));
      }
      if (part == null) {
        found = path;
        part = there;
      }
    }
    return answer(local, kind, part);
  }

  private Answer answer(AccessPath local, RelocationKind kind, @Nullable Part part) {
    if (part == null) {
      // A type that is not there has size 0 and number 0; a field has no answer.
      return kind.isQuestion() || kind.isAboutType() ? Answer.of(0, 1, false) : Answer.NONE;
    }
    Part mine = Part.of(local, kind);
    return new Answer(
        part.value(),
        true,
        mine.value(),
        mine.checked(),
        mine.size(),
        part.size(),
        mine.size() == part.size()
            || isResizable(local.graph().type(mine.typeId()), kernel.graph().type(part.typeId())));
  }

  /** Pointers, and numbers without a sign, may be loaded in another size: zeros are added. */
  private static boolean isResizable(@Nullable BtfType mine, @Nullable BtfType theirs) {
    return (mine instanceof BtfType.Pointer && theirs instanceof BtfType.Pointer)
        || (mine instanceof BtfType.Int one
            && theirs instanceof BtfType.Int other
            && !one.signed()
            && !other.signed());
  }

  private List<Integer> candidates(Relocation relocation) {
    BtfType wanted = relocation.types().type(relocation.typeId()).orElse(null);
    return kernel.named(relocation.typeName()).stream()
        .filter(id -> TypeComparison.sameKind(wanted, kernel.graph().type(id)))
        .toList();
  }

  /** The same way through a type of the kernel; null if there is none. */
  private @Nullable AccessPath match(AccessPath local, int targetId, RelocationKind kind) {
    TypeComparison comparison = new TypeComparison(local.graph(), kernel.graph());
    if (kind.isAboutType()) {
      boolean same =
          kind == RelocationKind.TYPE_MATCHES
              ? comparison.matches(local.rootId(), targetId)
              : comparison.typesAgree(local.rootId(), targetId);
      return same ? new AccessPath(kernel.graph(), targetId, List.of(), 0) : null;
    }
    return kind.isAboutEnumerator()
        ? matchEnumerator(local, targetId)
        : new FieldMatch(comparison).match(local, targetId);
  }

  private @Nullable AccessPath matchEnumerator(AccessPath local, int targetId) {
    int id = kernel.graph().plain(targetId);
    if (!(kernel.graph().type(id) instanceof BtfType.Enumeration values)) {
      return null;
    }
    String wanted = EssentialName.of(String.valueOf(local.last().name()));
    for (int i = 0; i < values.values().size(); i++) {
      String name = values.values().get(i).name();
      if (EssentialName.of(name).equals(wanted)) {
        List<AccessPath.Step> steps = new ArrayList<>();
        steps.add(new AccessPath.Step(id, i, name));
        return new AccessPath(kernel.graph(), targetId, steps, 0);
      }
    }
    return null;
  }
}
