package dev.sluice.engine.vm;

import dev.sluice.engine.skb.SocketBuffer;

/**
 * How many turns of a {@link CountedLoop} are certain to go well: compiled code asks before the
 * loop begins. The answers may be too low and are never too high.
 */
final class LoopTurns {
  /** The most turns that are looked ahead, so that what they add up to fits an int. */
  static final int MOST = 1 << 16;

  private static final long FAR = 1L << 61;
  private static final long PACKET = Address.of(Address.PACKET, 0);

  private LoopTurns() {}

  /** How often a value that moves by a step each turn is in a range, from the first turn on. */
  static int within(long value, long step, long low, long high) {
    if (value < low || value > high) {
      return 0;
    }
    long room = step < 0 ? value - low : high - value;
    return step == 0 ? MOST : (int) Math.min(MOST, room / Math.abs(step) + 1);
  }

  /**
   * How often in a row a branch is taken.
   *
   * @param operation which branch; any that {@link #foresees}
   * @param value what it compares in the first turn
   * @param step what is added to that in each turn
   * @param bound what it is compared with
   */
  static int taken(int operation, long value, long step, long bound) {
    boolean narrow = operation > Operation.SET;
    int condition = narrow ? operation - Operation.BRANCH32 : operation;
    boolean unsigned = condition >= Operation.GT && condition <= Operation.LE;
    long low = narrow || unsigned ? 0 : -FAR;
    long high = narrow ? Integer.MAX_VALUE : FAR;
    if (value < low || value > high || bound < low || bound > high) {
      return 0;
    }
    return switch (condition) {
      case Operation.NE ->
          value < bound
              ? within(value, step, low, bound - 1)
              : within(value, step, bound + 1, high);
      case Operation.LT, Operation.SLT -> within(value, step, low, bound - 1);
      case Operation.LE, Operation.SLE -> within(value, step, low, bound);
      case Operation.GT, Operation.SGT -> within(value, step, bound + 1, high);
      case Operation.GE, Operation.SGE -> within(value, step, bound, high);
      default -> throw new IllegalArgumentException("operation " + operation + " is not foreseen");
    };
  }

  /** Whether {@link #taken} can tell of a branch. */
  static boolean foresees(int operation) {
    int condition = operation > Operation.SET ? operation - Operation.BRANCH32 : operation;
    return condition >= Operation.NE && condition < Operation.SET;
  }

  /** How often an access is inside of the packet, whose address moves by a step each turn. */
  static int inPacket(Execution execution, long address, long step, int size) {
    SocketBuffer packet = execution.packet;
    return within(address - PACKET, step, packet.metaStart, (long) packet.end - size);
  }

  /** As many turns, if there is fuel for them; else as many as there is fuel for. */
  static int fuelled(int turns, long fuel) {
    return (int) Math.min(turns, fuel);
  }
}
