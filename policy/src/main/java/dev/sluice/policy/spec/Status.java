package dev.sluice.policy.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a policy. */
@Doc("What became of the policy.")
public record Status(
    @Doc("In a word.") Phase phase,
    @Doc("How programs are attached: `TCX`, or `TC` at the classic hook.")
        @Nullable String attachMode,
    @Doc("What is not as it should be.") List<String> findings) {
  /** Copies the list. */
  public Status {
    findings = List.copyOf(findings);
  }

  /** In a word. */
  @Doc("In a word.")
  public enum Phase {
    /** All is as the policy says. */
    APPLIED,
    /** Somebody changed something since. */
    DRIFTED,
    /** Something cannot be as the policy says. */
    DEGRADED
  }
}
