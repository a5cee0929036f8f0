package dev.sluice.policy.export;

import dev.sluice.policy.document.PolicyWriter;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.List;

/**
 * A set-up as a policy.
 *
 * @param policy the policy
 * @param notes what is not in it, or not as it was, device by device
 */
public record Exported(TrafficPolicy policy, List<ExportNote> notes) {
  /** Copies the list. */
  public Exported {
    notes = List.copyOf(notes);
  }

  /** Whether something was left out. */
  public boolean isIncomplete() {
    return notes.stream().anyMatch(ExportNote::isLeftOut);
  }

  /** The policy as YAML, with the notes as comments above it. */
  public String yaml() {
    StringBuilder text = new StringBuilder();
    for (ExportNote note : notes) {
      // A name from outside must not end the comment's line.
      text.append("# ")
          .append(note.toString().replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?"));
      text.append('\n');
    }
    return text + PolicyWriter.yaml(policy);
  }
}
