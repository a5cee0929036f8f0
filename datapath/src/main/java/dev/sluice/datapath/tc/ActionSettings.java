package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What an action of any kind may be made with. How it is set when listed is in its {@link
 * ActionState}.
 *
 * @param cookie up to 16 bytes that the kernel keeps for whoever made the action; null for none
 * @param hardwareStatistics the kinds of hardware counters to ask for as the kernel's bits: 1
 *     immediate, 2 delayed, 0 none; null for any
 * @param withoutPerCpuStatistics whether counters are kept once and not for each processor, which
 *     takes less memory and more time
 */
public record ActionSettings(
    @Nullable Bytes cookie, @Nullable Integer hardwareStatistics, boolean withoutPerCpuStatistics) {
  /** The longest cookie, in bytes ({@code TC_COOKIE_MAX_SIZE}). */
  public static final int LONGEST_COOKIE = 16;

  /** Nothing in particular. */
  public static final ActionSettings NONE = new ActionSettings(null, null, false);

  /** Checks the cookie's length. */
  public ActionSettings {
    if (cookie != null && cookie.length() > LONGEST_COOKIE) {
      throw new IllegalArgumentException("a cookie has up to 16 bytes: " + cookie.length());
    }
  }
}
