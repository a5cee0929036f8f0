package dev.sluice.policy.plan;

import dev.sluice.datapath.chain.Direction;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place of one of our programs.
 *
 * @param device the index of its device
 * @param direction which packets it sees
 * @param role what it is for; letters, digits, {@code _} and {@code -}
 */
record Seat(int device, Direction direction, String role) {
  /** The role of the program that judges packets. */
  static final String RULES = "rules";

  /** The role of the program that sends arrivals to their queue. */
  static final String STEERING = "steering";

  /** What the roles of programs of the user's own begin with. */
  static final String OWN = "own-";

  private static final Pattern PIN = Pattern.compile("(\\d{1,9})-(ingress|egress)-([-\\w]+)");

  /** What its link's pin is called. */
  Path pin(Path folder) {
    return folder.resolve(name());
  }

  /** Reads {@code 12-ingress-rules}. */
  String name() {
    return device + "-" + direction + "-" + role;
  }

  /** Whether it is that of a program of the user's own. */
  boolean isOwn() {
    return role.startsWith(OWN);
  }

  /** Of a name, such as a pin's; null if it is none of ours. */
  static @Nullable Seat parse(String name) {
    Matcher matcher = PIN.matcher(name);
    return matcher.matches()
        ? new Seat(
            Integer.parseInt(matcher.group(1)),
            Direction.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)),
            matcher.group(3))
        : null;
  }
}
