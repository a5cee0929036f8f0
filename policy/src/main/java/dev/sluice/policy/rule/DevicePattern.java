package dev.sluice.policy.rule;

import java.util.regex.Pattern;

/** Names of devices with {@code *} for any characters and {@code ?} for one. */
public final class DevicePattern {
  private DevicePattern() {}

  /** Whether a pattern means a name. */
  public static boolean means(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.matches(regex.toString(), name);
  }
}
