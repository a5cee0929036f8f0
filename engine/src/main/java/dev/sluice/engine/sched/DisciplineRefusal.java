package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import org.jspecify.annotations.Nullable;

/** A discipline does not take its options, or a class: an error number, and the kernel's words. */
public final class DisciplineRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;
  private final @Nullable String kernelText;

  /**
   * A refusal.
   *
   * @param kernelText what the kernel says beside the number; null for nothing
   */
  public DisciplineRefusal(Errno errno, @Nullable String kernelText) {
    super(kernelText == null ? errno.text() : kernelText);
    this.errno = errno;
    this.kernelText = kernelText;
  }

  /** The error number. */
  public Errno errno() {
    return errno;
  }

  /** What the kernel says beside the number; null for nothing. */
  public @Nullable String kernelText() {
    return kernelText;
  }
}
