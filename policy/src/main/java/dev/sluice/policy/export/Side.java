package dev.sluice.policy.export;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Party;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses at one end of packets.
 *
 * @param in any of these; any at all if there are none
 * @param except but for these
 */
record Side(List<Prefix> in, List<Prefix> except) {
  static final Side ANY = new Side(List.of(), List.of());

  /** Copies the lists. */
  Side {
    in = List.copyOf(in);
    except = List.copyOf(except);
  }

  static Side of(List<Prefix> in) {
    return new Side(in, List.of());
  }

  private static boolean overlap(Prefix one, Prefix other) {
    return one.contains(other) || other.contains(one);
  }

  /** Whether no address is certain to be on both. */
  boolean isDisjoint(Side other) {
    boolean apart =
        !in.isEmpty()
            && !other.in.isEmpty()
            && in.stream().noneMatch(one -> other.in.stream().anyMatch(two -> overlap(one, two)));
    return apart || isWithin(other.except) || other.isWithin(except);
  }

  private boolean isWithin(List<Prefix> prefixes) {
    return !in.isEmpty()
        && in.stream().allMatch(one -> prefixes.stream().anyMatch(two -> two.contains(one)));
  }

  /**
   * Those that are not on another side.
   *
   * @param other without exceptions
   * @return null if none is left
   */
  @Nullable Side minus(Side other) {
    if (other.in.isEmpty() || isWithin(other.in)) {
      return null;
    }
    List<Prefix> left =
        in.stream().filter(one -> other.in.stream().noneMatch(two -> two.contains(one))).toList();
    List<Prefix> gone = new ArrayList<>(except);
    for (Prefix prefix : other.in) {
      if (left.isEmpty() || left.stream().anyMatch(one -> overlap(one, prefix))) {
        gone.add(prefix);
      }
    }
    return new Side(left, gone.stream().distinct().toList());
  }

  /**
   * As a policy says it.
   *
   * @param families stands for all addresses; empty where these need not be said
   * @return null if nothing need be said
   */
  @Nullable Party party(List<Prefix> families) {
    if (in.isEmpty() && except.isEmpty() && families.isEmpty()) {
      return null;
    }
    return new Party(in.isEmpty() ? families : in, List.of(), List.of(), List.of(), except);
  }
}
