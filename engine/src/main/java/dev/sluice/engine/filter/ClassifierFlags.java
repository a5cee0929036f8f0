package dev.sluice.engine.filter;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.tc.Filter;
import org.jspecify.annotations.Nullable;

/** The flags that say whether a filter is for hardware ({@code TCA_CLS_FLAGS_*}). */
final class ClassifierFlags {
  /** What is reported and cannot be asked for. */
  static final int REPORTS = Filter.IN_HARDWARE | Filter.NOT_IN_HARDWARE;

  private ClassifierFlags() {}

  /**
   * The flags that a filter is made with; reports among them do not count.
   *
   * @param text what the kernel says of both at once; null for nothing
   */
  static int check(FilterRequest request, int flags, @Nullable String text) {
    int asked = flags & (Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE);
    if (asked == (Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE)) {
      throw request.refused(
          Errno.EINVAL, text, "a filter that skips both hardware and software is nowhere");
    }
    return asked;
  }
}
