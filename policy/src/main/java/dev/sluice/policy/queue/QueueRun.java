package dev.sluice.policy.queue;

import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does steps, and takes them back if one is refused, the newest first.
 *
 * <p>What is added and changed is sent in few long messages, even behind a step that is refused:
 * all of that can be taken back. Deletions lose packets for good, so they begin when everything
 * before them was done, and stop at the first that is refused.
 */
public final class QueueRun {
  private final TrafficControl control;
  private final List<QueueStep> done = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private QueueReport.@Nullable Refusal refusal;

  private QueueRun(TrafficControl control) {
    this.control = control;
  }

  /** Does steps, of one device or of several. */
  public static QueueReport apply(TrafficControl control, List<QueueStep> steps) {
    QueueRun run = new QueueRun(control);
    int next = 0;
    while (next < steps.size() && run.refusal == null) {
      int end = next + 1;
      while (end < steps.size() && isDeletion(steps.get(end)) == isDeletion(steps.get(next))) {
        end++;
      }
      run.apply(steps.subList(next, end));
      next = end;
    }
    QueueReport.Refusal refused = run.refusal;
    return refused == null
        ? new QueueReport(run.done.size(), null, List.of(), run.warnings)
        : new QueueReport(0, refused, run.takeBack(), run.warnings);
  }

  private static boolean isDeletion(QueueStep step) {
    return step.change().verb() == Verb.DELETE;
  }

  private void apply(List<QueueStep> steps) {
    OnRefusal onRefusal = isDeletion(steps.getFirst()) ? OnRefusal.STOP : OnRefusal.CONTINUE;
    List<Outcome> outcomes =
        control.apply(steps.stream().map(QueueStep::change).toList(), onRefusal);
    for (int i = 0; i < outcomes.size(); i++) {
      switch (outcomes.get(i)) {
        case Outcome.Done yes -> {
          done.add(steps.get(i));
          warnings.addAll(yes.warnings());
        }
        case Outcome.Refused no when refusal == null ->
            refusal = new QueueReport.Refusal(steps.get(i), no.reason());
        case Outcome.Refused _, Outcome.NotTried _ -> {}
      }
    }
  }

  private List<Outcome.Refused> takeBack() {
    List<Change> inverses = new ArrayList<>();
    for (QueueStep step : done.reversed()) {
      inverses.addAll(step.inverse());
    }
    List<Outcome.Refused> failed = new ArrayList<>();
    for (Outcome outcome : control.apply(inverses, OnRefusal.CONTINUE)) {
      if (outcome instanceof Outcome.Refused refused) {
        failed.add(refused);
      }
    }
    return failed;
  }
}
