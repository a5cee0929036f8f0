package dev.sluice.engine.verifier;

import dev.sluice.bpf.Condition;

/**
 * How much of the packet is there, learned from comparisons with its end, or of metadata with its
 * start ({@code try_match_pkt_pointers} in {@code kernel/bpf/verifier.c}).
 */
final class PacketRange {
  private static final long MOST_OFFSET = 0xffff;

  /** In place of a range: the pointer is at the packet's end or behind it. */
  private static final int AT_END = -1;

  /** In place of a range: the pointer is behind the packet's end. */
  private static final int BEYOND_END = -2;

  private PacketRange() {}

  /** A comparison, turned round if need be so that the pointer that moved is on its left. */
  private record Comparison(Condition condition, int moved) {}

  /**
   * Whether a comparison with the packet's end holds, as far as an earlier one decides it: 1
   * always, 0 never, −1 perhaps ({@code is_pkt_ptr_branch_taken}).
   */
  static int foretell(Condition condition, RegisterState left, RegisterState right) {
    boolean backward = left.type == RegisterState.Type.PACKET_END;
    if (!backward && right.type != RegisterState.Type.PACKET_END) {
      return -1;
    }
    RegisterState pointer = backward ? right : left;
    Condition toEnd = backward ? turned(condition) : condition;
    boolean beyond = pointer.range == BEYOND_END;
    boolean atLeastAt = beyond || pointer.range == AT_END;
    return switch (toEnd) {
      case LESS_OR_EQUAL -> beyond ? 0 : -1;
      case GREATER -> beyond ? 1 : -1;
      case LESS -> atLeastAt ? 0 : -1;
      case GREATER_OR_EQUAL -> atLeastAt ? 1 : -1;
      default -> -1;
    };
  }

  /**
   * Learns from a comparison of two pointers, if it is one of those.
   *
   * @param taken the state where the branch is taken
   * @param notTaken the other
   */
  static void learn(Condition condition, int left, int right, PathState taken, PathState notTaken) {
    RegisterState a = notTaken.register(left);
    RegisterState b = notTaken.register(right);
    Comparison comparison;
    if (isData(a, b)) {
      comparison = new Comparison(condition, left);
    } else if (isData(b, a)) {
      comparison = new Comparison(turned(condition), right);
    } else {
      return;
    }
    int moved = comparison.moved();
    switch (comparison.condition()) {
      case GREATER -> {
        found(notTaken, moved, false);
        outside(taken, moved, BEYOND_END);
      }
      case LESS -> {
        found(taken, moved, true);
        outside(notTaken, moved, AT_END);
      }
      case GREATER_OR_EQUAL -> {
        found(notTaken, moved, true);
        outside(taken, moved, AT_END);
      }
      case LESS_OR_EQUAL -> {
        found(taken, moved, false);
        outside(notTaken, moved, BEYOND_END);
      }
      default -> {}
    }
  }

  private static Condition turned(Condition condition) {
    return switch (condition) {
      case GREATER -> Condition.LESS;
      case GREATER_OR_EQUAL -> Condition.LESS_OR_EQUAL;
      case LESS -> Condition.GREATER;
      case LESS_OR_EQUAL -> Condition.GREATER_OR_EQUAL;
      default -> condition;
    };
  }

  private static boolean isData(RegisterState data, RegisterState end) {
    return (data.type == RegisterState.Type.PACKET && end.type == RegisterState.Type.PACKET_END)
        || (data.type == RegisterState.Type.PACKET_META && isStart(end));
  }

  private static boolean isStart(RegisterState state) {
    return state.type == RegisterState.Type.PACKET
        && state.id == 0
        && state.offset == 0
        && state.scalar.isKnown()
        && state.scalar.bits.value() == 0;
  }

  /** {@code mark_pkt_end}. */
  private static void outside(PathState state, int number, int range) {
    RegisterState pointer = state.register(number);
    if (pointer.type == RegisterState.Type.PACKET) {
      pointer.range = range;
    }
  }

  /** {@code find_good_pkt_pointers}. */
  private static void found(PathState state, int number, boolean open) {
    RegisterState checked = state.register(number);
    if (checked.offset < 0
        || checked.offset == 0 && open
        || Long.compareUnsigned(checked.scalar.umax, MOST_OFFSET) > 0
        || checked.scalar.umax + checked.offset > MOST_OFFSET) {
      return;
    }
    int range = open ? checked.offset + 1 : checked.offset;
    RegisterState.Type type = checked.type;
    int id = checked.id;
    state.forEach(
        other -> {
          if (other.type == type && other.id == id) {
            other.range = Math.max(other.range, range);
          }
        });
  }
}
