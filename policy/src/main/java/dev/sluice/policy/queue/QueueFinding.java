package dev.sluice.policy.queue;

/**
 * Something in a policy's queues that cannot work, or not as it seems.
 *
 * @param severity whether it can be done at all
 * @param path where it stands in the policy's {@code spec}: {@code sharing/0/classes/1/rate}
 * @param text what is wrong and what to write instead
 */
public record QueueFinding(Severity severity, String path, String text) {
  /** How bad it is. */
  public enum Severity {
    /** It cannot be done. */
    ERROR,
    /** It can be done, and is likely not what was meant. */
    WARNING
  }

  /** Whether it cannot be done. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }

  @Override
  public String toString() {
    return path + ": " + text;
  }
}
