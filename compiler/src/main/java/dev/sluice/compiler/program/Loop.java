package dev.sluice.compiler.program;

import java.util.function.Predicate;

/**
 * Loops of many turns ({@code bpf_loop}): the verifier looks at one turn only. What a turn leaves
 * for the next is its state, a number or a record; the packet may be part of it.
 *
 * <pre>{@code
 * record Sum(SkBuff skb, int at, int sum) {}
 *
 * static Sum add(int turn, Sum s) {
 *   return new Sum(s.skb(), s.at() + 2, s.sum() + s.skb().u16(s.at()));
 * }
 *
 * Sum sum = Loop.run(500, new Sum(skb, 14, 0), Checksum::add);
 * }</pre>
 */
public final class Loop {
  /** The most turns ({@code BPF_MAX_LOOPS}). */
  public static final int MOST = 1 << 23;

  private Loop() {}

  /**
   * A turn.
   *
   * @param <S> what a turn leaves for the next
   */
  @FunctionalInterface
  public interface Turn<S> {
    /**
     * Makes a turn.
     *
     * @param turn its number, from 0
     * @param state what the turn before left
     * @return what is left for the next
     */
    S make(int turn, S state);
  }

  /**
   * Makes turns.
   *
   * @param turns how many, 0 to {@link #MOST}; else the program ends
   * @param start the state before the first
   * @param turn a static method, or a lambda that uses nothing from around it
   * @return the state after the last
   */
  public static <S> S run(int turns, S start, Turn<S> turn) {
    return run(turns, start, _ -> true, turn);
  }

  /**
   * Makes turns as long as something holds.
   *
   * @param turns at most how many, 0 to {@link #MOST}; else the program ends
   * @param start the state before the first
   * @param goesOn asked before each turn; a static method, a method of the state, or a lambda that
   *     uses nothing from around it
   * @param turn likewise
   * @return the state after the last
   */
  public static <S> S run(int turns, S start, Predicate<S> goesOn, Turn<S> turn) {
    if (turns < 0 || turns > MOST) {
      throw new Ended(turns + " turns are not 0 to " + MOST);
    }
    S state = start;
    for (int i = 0; i < turns && goesOn.test(state); i++) {
      state = turn.make(i, state);
    }
    return state;
  }
}
