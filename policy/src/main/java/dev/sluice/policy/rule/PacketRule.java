package dev.sluice.policy.rule;

import dev.sluice.policy.spec.Match;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule about packets at hooks.
 *
 * @param source the policy that it is of
 * @param pointer where its matches stand
 * @param number its number and order
 * @param purpose what it is for
 * @param hooks where it holds
 * @param matches the packets that it is about: those that one of these fits
 */
record PacketRule(
    Scene.Source source,
    String pointer,
    int number,
    Purpose purpose,
    List<Integer> hooks,
    List<Match> matches) {
  /** What a rule is for. */
  enum Purpose {
    BLOCK,
    LIMIT,
    SHARE,
    SAMPLE
  }

  /** By its number, which no other has; its source holds all the other rules. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PacketRule rule && rule.number == number;
  }

  @Override
  public int hashCode() {
    return number;
  }
}
