package dev.sluice.engine.vm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop without jumps inside, whose number of turns and whose accesses of the packet can be told
 * before it begins: the registers that they depend on move by the same number in each turn. Its
 * turns are compiled a second time, as a loop of Java's, without fuel and without checks of what
 * was checked for all turns at once; HotSpot unrolls such loops.
 */
final class CountedLoop {
  /** Turns below which it is not worth looking ahead. */
  static final int FEWEST_TURNS = 8;

  private static final int REGISTERS = 11;
  private static final int LONGEST = 24;
  private static final int MOST_ACCESSES = 8;
  private static final int MOST_RANGES = 4;
  private static final long LONGEST_STEP = 1 << 12;
  private static final int MOST_FACTOR = 1 << 8;

  /** An access of the packet, and where it is in the first turn. */
  record Access(int slot, AffineValue address, int size) {}

  private final Image image;
  private final int header;
  private final int branch;
  private final @Nullable AffineValue[] values = new @Nullable AffineValue[REGISTERS];
  private final List<Access> accesses = new ArrayList<>();

  /** What must stay a positive number of 32 bits, for 64 bits to give the same. */
  private final List<AffineValue> narrow = new ArrayList<>();

  private CountedLoop(Image image, int branch) {
    this.image = image;
    this.branch = branch;
    header = image.offset[branch];
    for (int register = 0; register < REGISTERS; register++) {
      values[register] = AffineValue.register(register);
    }
  }

  /**
   * The loop that a branch backward closes.
   *
   * @param targets slots that are jumped to, or begin functions or segments
   * @return null if it is not one of this kind
   */
  static @Nullable CountedLoop closedBy(
      Image image, RegisterContents contents, BitSet targets, int branch) {
    int operation = image.operation[branch];
    int header = image.offset[branch];
    int inside = targets.nextSetBit(header + 1);
    if (operation < Operation.EQ
        || operation > Operation.SET32
        || !LoopTurns.foresees(operation)
        || header >= branch
        || branch - header > LONGEST
        || (inside >= 0 && inside <= branch)) {
      return null;
    }
    CountedLoop loop = new CountedLoop(image, branch);
    return loop.follow(contents) && loop.isForeseen() ? loop : null;
  }

  int header() {
    return header;
  }

  int branch() {
    return branch;
  }

  /** The branch's {@link Operation}. */
  int operation() {
    return image.operation[branch];
  }

  /** Accesses of the packet that need no check in turns that were looked ahead for. */
  List<Access> accesses() {
    return accesses;
  }

  /** What must stay from 0 to {@link Integer#MAX_VALUE}. */
  List<AffineValue> narrow() {
    return narrow;
  }

  /** What the branch compares. */
  AffineValue compared() {
    return known(image.destination[branch]);
  }

  /** What the branch compares it with. */
  AffineValue bound() {
    return image.source[branch] == Image.IMMEDIATE
        ? AffineValue.constant(image.value[branch])
        : known(image.source[branch]);
  }

  /** What a turn adds to a value. */
  long step(AffineValue value) {
    long step = 0;
    for (int register = 0; register < REGISTERS; register++) {
      if (value.factor(register) != 0) {
        step += value.factor(register) * known(register).constant();
      }
    }
    return step;
  }

  private AffineValue known(int register) {
    AffineValue value = values[register];
    if (value == null) {
      throw new IllegalStateException("register " + register + " is not foreseen");
    }
    return value;
  }

  /** Follows a turn; whether it holds only what may be compiled a second time. */
  private boolean follow(RegisterContents contents) {
    for (int slot = header; slot < branch; slot++) {
      int operation = image.operation[slot];
      if (operation == Operation.NONE) {
        continue;
      }
      if (operation > Operation.STORE64) {
        return false;
      }
      if (operation >= Operation.STORE8) {
        access(contents, slot, image.destination[slot], 1 << (operation - Operation.STORE8));
      } else if (operation >= Operation.LOAD8) {
        int kind = operation - Operation.LOAD8;
        access(contents, slot, image.source[slot], 1 << (kind < 4 ? kind : kind - 4));
        values[image.destination[slot]] = null;
      } else {
        values[image.destination[slot]] = computed(slot, operation);
      }
    }
    return accesses.size() <= MOST_ACCESSES && narrow.size() <= MOST_RANGES;
  }

  private void access(RegisterContents contents, int slot, int base, int size) {
    AffineValue value = values[base];
    if (value != null && contents.kind(slot, base) == RegisterContents.PACKET) {
      accesses.add(new Access(slot, value.plus(image.offset[slot]), size));
    }
  }

  private @Nullable AffineValue computed(int slot, int operation) {
    AffineValue before = values[image.destination[slot]];
    AffineValue operand =
        image.source[slot] == Image.IMMEDIATE
            ? AffineValue.constant(image.value[slot])
            : values[image.source[slot]];
    if (operand == null) {
      return null;
    }
    return switch (operation) {
      case Operation.MOV, Operation.CONSTANT -> operand;
      case Operation.MOV32 -> narrowed(operand);
      case Operation.ADD -> before == null ? null : before.plus(operand, 1);
      case Operation.SUB -> before == null ? null : before.plus(operand, -1);
      case Operation.ADD32 -> before == null ? null : narrowed(before.plus(operand, 1));
      case Operation.SUB32 -> before == null ? null : narrowed(before.plus(operand, -1));
      default -> null;
    };
  }

  private AffineValue narrowed(AffineValue value) {
    narrow.add(value);
    return value;
  }

  /** Whether all that matters moves evenly, and the turns end. */
  private boolean isForeseen() {
    int source = image.source[branch];
    if (values[image.destination[branch]] == null
        || (source != Image.IMMEDIATE && values[source] == null)) {
      return false;
    }
    accesses.removeIf(access -> !isEven(access.address()));
    return isEven(compared())
        && isEven(bound())
        && step(bound()) == 0
        && step(compared()) != 0
        && narrow.stream().allMatch(this::isEven);
  }

  private boolean isEven(AffineValue value) {
    for (int register = 0; register < REGISTERS; register++) {
      if (value.factor(register) == 0) {
        continue;
      }
      AffineValue after = values[register];
      if (after == null
          || !after.hasFactorsOf(AffineValue.register(register))
          || Math.abs(value.factor(register)) > MOST_FACTOR
          || Math.abs(after.constant()) > LONGEST_STEP) {
        return false;
      }
    }
    return true;
  }
}
