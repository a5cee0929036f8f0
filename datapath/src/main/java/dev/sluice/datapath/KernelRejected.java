package dev.sluice.datapath;

import org.jspecify.annotations.Nullable;

/**
 * The kernel, or an engine that follows it, understood a request and refused it.
 *
 * <p>The message reads {@code operation: reason}, where the reason is the kernel's own words if it
 * gave any, followed by the rule that fired and what it collided with, if known.
 */
public final class KernelRejected extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int errno;
  private final @Nullable String kernelText;
  private final @Nullable String rule;

  /**
   * A refusal.
   *
   * @param operation what was asked for, as a person would say it: {@code attach drop to tcx
   *     eth0/ingress}
   * @param errno the error number, positive
   * @param kernelText the kernel's own words (a netlink extended acknowledgement), if it gave any
   * @param rule the rule that fired and the entry and owner it collided with, if known
   */
  public KernelRejected(
      String operation, int errno, @Nullable String kernelText, @Nullable String rule) {
    super(describe(operation, errno, kernelText, rule));
    this.operation = operation;
    this.errno = errno;
    this.kernelText = kernelText;
    this.rule = rule;
  }

  private static String describe(
      String operation, int errno, @Nullable String kernelText, @Nullable String rule) {
    StringBuilder message = new StringBuilder(operation).append(": ");
    message.append(kernelText != null ? kernelText : Errno.textOf(errno));
    message.append(" (").append(Errno.nameOf(errno)).append(')');
    if (rule != null) {
      message.append(": ").append(rule);
    }
    return message.toString();
  }

  /** What was asked for. */
  public String operation() {
    return operation;
  }

  /** The error number, positive. */
  public int errno() {
    return errno;
  }

  /** The kernel's own words, null where it gave none. */
  public @Nullable String kernelText() {
    return kernelText;
  }

  /** The rule that fired and the entry and owner it collided with, null where not known. */
  public @Nullable String rule() {
    return rule;
  }

  /** Whether the refusal carries this error number. */
  public boolean is(Errno errno) {
    return this.errno == errno.number();
  }
}
