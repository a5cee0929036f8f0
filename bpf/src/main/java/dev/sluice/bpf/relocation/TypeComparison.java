package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.BtfType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a type of an object file is the one that a kernel has ({@code
 * bpf_core_fields_are_compat}, {@code __bpf_core_types_are_compat}, {@code
 * __bpf_core_types_match}).
 *
 * @param local the object's types
 * @param target the kernel's
 */
record TypeComparison(TypeGraph local, TypeGraph target) {
  /** Whether two types are of one kind: plain and 64-bit enums are. */
  static boolean sameKind(@Nullable BtfType one, @Nullable BtfType other) {
    return one == null || other == null
        ? one == null && other == null
        : one.getClass().equals(other.getClass());
  }

  /** Whether names mean the same; what has none may be anything. */
  private static boolean namesAgree(BtfType one, BtfType other) {
    return one.name().isEmpty()
        || other.name().isEmpty()
        || EssentialName.of(one.name()).equals(EssentialName.of(other.name()));
  }

  /** Whether the contents of a field can be taken for those of another. */
  boolean fieldsAgree(int localId, int targetId) {
    int one = localId;
    int other = targetId;
    for (int depth = 0; depth < TypeGraph.MAX_DEPTH; depth++) {
      BtfType here = local.plainType(one);
      BtfType there = target.plainType(other);
      if (here instanceof BtfType.Composite && there instanceof BtfType.Composite) {
        return true;
      }
      if (here == null || there == null || !sameKind(here, there)) {
        return false;
      }
      switch (here) {
        case BtfType.Pointer _, BtfType.Float _ -> {
          return true;
        }
        case BtfType.Forward _, BtfType.Enumeration _ -> {
          return namesAgree(here, there);
        }
        case BtfType.Int number -> {
          return number.bitOffset() == 0 && ((BtfType.Int) there).bitOffset() == 0;
        }
        case BtfType.Array array -> {
          one = array.elementId();
          other = ((BtfType.Array) there).elementId();
        }
        default -> {
          return false;
        }
      }
    }
    throw new RelocationException("type " + localId + " is nested too deeply");
  }

  /** Whether two types are alike at their root: what asks for a type's existence or size. */
  boolean typesAgree(int localId, int targetId) {
    return typesAgree(localId, targetId, TypeGraph.MAX_DEPTH);
  }

  private boolean typesAgree(int localId, int targetId, int depth) {
    if (depth <= 0) {
      throw new RelocationException("type " + localId + " is nested too deeply");
    }
    BtfType here = local.plainType(localId);
    BtfType there = target.plainType(targetId);
    if (here == null || there == null || !sameKind(here, there)) {
      return here == null && there == null;
    }
    return switch (here) {
      case BtfType.Composite _, BtfType.Enumeration _, BtfType.Forward _ -> true;
      case BtfType.Int number -> number.bitOffset() == 0 && ((BtfType.Int) there).bitOffset() == 0;
      case BtfType.Pointer pointer ->
          typesAgree(pointer.targetId(), ((BtfType.Pointer) there).targetId(), depth - 1);
      case BtfType.Array array ->
          typesAgree(array.elementId(), ((BtfType.Array) there).elementId(), depth - 1);
      case BtfType.Prototype prototype ->
          parametersAgree(
              prototype,
              (BtfType.Prototype) there,
              (one, other) -> typesAgree(one, other, depth - 1));
      default -> false;
    };
  }

  /** Compares types by their numbers, here and there. */
  private interface IdComparison {
    boolean agree(int localId, int targetId);
  }

  private static boolean parametersAgree(
      BtfType.Prototype here, BtfType.Prototype there, IdComparison comparison) {
    if (here.parameters().size() != there.parameters().size()) {
      return false;
    }
    for (int i = 0; i < here.parameters().size(); i++) {
      if (!comparison.agree(
          here.parameters().get(i).typeId(), there.parameters().get(i).typeId())) {
        return false;
      }
    }
    return comparison.agree(here.returnId(), there.returnId());
  }

  /** Whether everything that the local type says is so in the target, member by member. */
  boolean matches(int localId, int targetId) {
    return matches(localId, targetId, false, TypeGraph.MAX_DEPTH);
  }

  private boolean matches(int localId, int targetId, boolean behindPointer, int depth) {
    if (depth <= 0) {
      throw new RelocationException("type " + localId + " is nested too deeply");
    }
    BtfType here = local.plainType(localId);
    BtfType there = target.plainType(targetId);
    if (here == null || there == null) {
      return here == null && there == null;
    }
    if (!EssentialName.of(here.name()).equals(EssentialName.of(there.name()))) {
      return false;
    }
    return switch (here) {
      case BtfType.Forward forward ->
          switch (there) {
            case BtfType.Forward other -> forward.union() == other.union();
            case BtfType.Composite other -> behindPointer && forward.union() == other.union();
            default -> false;
          };
      case BtfType.Enumeration values ->
          there instanceof BtfType.Enumeration others && enumsMatch(values, others);
      case BtfType.Composite struct ->
          switch (there) {
            case BtfType.Composite other when struct.union() != other.union() -> false;
            case BtfType.Composite other -> behindPointer || membersMatch(struct, other, depth - 1);
            case BtfType.Forward other -> behindPointer && struct.union() == other.union();
            default -> false;
          };
      case BtfType.Int number ->
          there instanceof BtfType.Int other
              && number.size() == other.size()
              && number.signed() == other.signed();
      case BtfType.Pointer pointer ->
          there instanceof BtfType.Pointer other
              && matches(pointer.targetId(), other.targetId(), true, depth - 1);
      case BtfType.Array array ->
          there instanceof BtfType.Array other
              && array.count() == other.count()
              && matches(array.elementId(), other.elementId(), behindPointer, depth - 1);
      case BtfType.Prototype prototype ->
          there instanceof BtfType.Prototype other
              && parametersAgree(
                  prototype, other, (one, two) -> matches(one, two, behindPointer, depth - 1));
      default -> false;
    };
  }

  private static boolean enumsMatch(BtfType.Enumeration here, BtfType.Enumeration there) {
    List<String> names =
        there.values().stream().map(value -> EssentialName.of(value.name())).toList();
    return here.values().stream().allMatch(value -> names.contains(EssentialName.of(value.name())));
  }

  private boolean membersMatch(BtfType.Composite here, BtfType.Composite there, int depth) {
    for (BtfType.Member member : here.members()) {
      boolean found = false;
      for (BtfType.Member other : there.members()) {
        if (member.name().equals(other.name())
            && matches(member.typeId(), other.typeId(), false, depth)) {
          found = true;
          break;
        }
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }
}
