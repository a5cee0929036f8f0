package dev.sluice.engine.verifier;

import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Conditional jumps ({@code check_cond_jmp_op} in {@code kernel/bpf/verifier.c}). */
final class BranchCheck {
  /** {@code LINKED_REGS_MAX}. */
  private static final int MOST_LINKED = 6;

  private final Walk walk;

  BranchCheck(Walk walk) {
    this.walk = walk;
  }

  /** Checks a branch, and leaves the way where it is taken for later; the slot of the next. */
  int check(Jump.Branch branch, int next, int target) {
    RegisterState left = walk.read(branch.left());
    RegisterState right = walk.read(branch.right());
    int foretold = foretell(branch, left, right);
    if (foretold >= 0) {
      walk.needs(branch.left().number());
      if (branch.right() instanceof Register register) {
        walk.needs(register.number());
      }
      return foretold == 1 ? target : next;
    }
    PathState state = walk.state();
    Trail.Tracked linked = links(state, left, right);
    Objects.requireNonNull(state.trail).linked = linked;
    if (linked != null || isStack(left) || isStack(right)) {
      walk.note();
    }
    PathState taken = state.copy();
    if (left.isScalar() && right.isScalar()) {
      learn(taken, branch, true);
      learn(state, branch, false);
    } else if (branch.width() == Width.W64) {
      learnOfPointers(branch, left, right, taken, state);
    }
    walk.push(target, taken);
    return next;
  }

  /** {@code is_branch_taken}. */
  private static int foretell(Jump.Branch branch, RegisterState left, RegisterState right) {
    boolean wide = branch.width() == Width.W64;
    Condition condition = branch.condition();
    if (wide && left.isOfPacket() && right.isOfPacket()) {
      return PacketRange.foretell(condition, left, right);
    }
    if (left.isScalar() && right.isScalar()) {
      return BranchLearning.foretell(condition, left.scalar, right.scalar, wide);
    }
    // A pointer that is there is not 0.
    RegisterState pointer = isKnown(right, wide) ? left : right;
    RegisterState number = isKnown(right, wide) ? right : left;
    if (!isKnown(number, wide) || !pointer.type.isNeverNull() || value(number, wide) != 0) {
      return -1;
    }
    return switch (condition) {
      case EQUAL -> 0;
      case NOT_EQUAL -> 1;
      default -> -1;
    };
  }

  private static boolean isKnown(RegisterState state, boolean wide) {
    return state.isScalar() && state.scalar.isKnown(wide);
  }

  private static long value(RegisterState known, boolean wide) {
    return wide ? known.scalar.bits.value() : known.scalar.bits.low().value();
  }

  private static void learnOfPointers(
      Jump.Branch branch,
      RegisterState left,
      RegisterState right,
      PathState taken,
      PathState notTaken) {
    Condition condition = branch.condition();
    boolean equality = condition == Condition.EQUAL || condition == Condition.NOT_EQUAL;
    PathState equal = condition == Condition.EQUAL ? taken : notTaken;
    if (branch.right() instanceof Register register) {
      // Equal to a pointer that is there, so there too.
      if (equality
          && left.isPointer()
          && right.isPointer()
          && left.type.maybeNull() != right.type.maybeNull()) {
        Register unsure = left.type.maybeNull() ? branch.left() : register;
        equal.register(unsure.number()).setNotNull();
      }
      PacketRange.learn(condition, branch.left().number(), register.number(), taken, notTaken);
    } else if (equality
        && branch.right() instanceof Immediate(int value)
        && value == 0
        && left.type.maybeNull()) {
      int id = left.id;
      resolveNull(equal, id, true);
      resolveNull(equal == taken ? notTaken : taken, id, false);
    }
  }

  /** {@code mark_ptr_or_null_regs}. */
  private static void resolveNull(PathState resolved, int id, boolean isNull) {
    if (isNull) {
      resolved.references.remove(id);
    }
    resolved.forEach(
        other -> {
          if (!other.type.maybeNull() || other.id != id) {
            return;
          }
          if (isNull) {
            other.set(RegisterState.ofKnown(0));
          } else {
            other.setNotNull();
          }
        });
  }

  /**
   * The numbers that are known to be equal to what is compared. Of more than the kernel follows,
   * the rest is let go.
   *
   * @return null for one alone or none
   */
  private static Trail.@Nullable Tracked links(
      PathState state, RegisterState left, RegisterState right) {
    Trail.Tracked linked = new Trail.Tracked();
    int count = 0;
    for (RegisterState compared : List.of(right, left)) {
      int id = compared.isScalar() ? compared.id : 0;
      for (int depth = state.frames.size() - 1; depth >= 0 && id != 0; depth--) {
        FrameState frame = state.frames.get(depth);
        for (int number = 0; number < 10; number++) {
          if (isLinked(frame.registers[number], id, count)) {
            linked.registers[depth] |= 1 << number;
            count++;
          }
        }
        for (int slot = frame.spilled.length - 1; slot >= 0; slot--) {
          if (frame.isSpilled(slot) && isLinked(frame.spilled(slot), id, count)) {
            linked.slots[depth] |= 1L << slot;
            count++;
          }
        }
      }
    }
    return count > 1 ? linked : null;
  }

  private static boolean isLinked(RegisterState state, int id, int count) {
    if (!state.isScalar() || state.id != id) {
      return false;
    }
    if (count >= MOST_LINKED) {
      state.unlink();
      return false;
    }
    return true;
  }

  private static boolean isStack(RegisterState state) {
    return state.type == RegisterState.Type.STACK;
  }

  private static void learn(PathState learning, Jump.Branch branch, boolean holds) {
    boolean wide = branch.width() == Width.W64;
    RegisterState left = learning.register(branch.left().number());
    boolean constant = branch.right() instanceof Immediate;
    RegisterState right =
        branch.right() instanceof Register register
            ? learning.register(register.number())
            : RegisterState.ofKnown(((Immediate) branch.right()).value());
    Condition condition = branch.condition();
    if (holds) {
      BranchLearning.learn(condition, left.scalar, right.scalar, wide);
    } else if (condition.inverse().isPresent()) {
      BranchLearning.learn(condition.inverse().get(), left.scalar, right.scalar, wide);
    } else {
      BranchLearning.learnNoBit(left.scalar, right.scalar, wide);
    }
    forgetContradiction(left);
    forgetContradiction(right);
    if (!constant) {
      share(learning, right);
    }
    share(learning, left);
  }

  /** {@code reg_bounds_sanity_check}. */
  private static void forgetContradiction(RegisterState learned) {
    if (learned.scalar.isContradictory()) {
      learned.scalar.forgetBounds();
    }
  }

  /** What is learned of a number is known of those that equal it ({@code sync_linked_regs}). */
  private static void share(PathState learning, RegisterState learned) {
    if (learned.id == 0) {
      return;
    }
    learning.forEach(
        other -> {
          if (other.isScalar() && other.id == learned.id && other != learned) {
            share(learned, other);
          }
        });
  }

  private static void share(RegisterState learned, RegisterState other) {
    if (learned.moved + other.moved == 32 + 64) {
      return; // a difference of 64 bits says nothing of one of 32
    }
    if (learned.moved == 0 && other.moved == 0 || learned.offset == other.offset) {
      other.set(learned);
      return;
    }
    Scalar delta = Scalar.known((long) other.offset - learned.offset);
    other.scalar.set(learned.scalar);
    ScalarArithmetic.add(other.scalar, delta);
    other.scalar.bits = other.scalar.bits.add(delta.bits);
    if (learned.moved == 32 || other.moved == 32) {
      other.scalar.zeroExtend();
    }
    other.scalar.sync();
  }
}
