package dev.sluice.cli.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that saw the packet.
 *
 * @param hook where: {@code tcx:eth0/ingress}, {@code tc:eth0/egress}, {@code qdisc:eth0}
 * @param what who: a program, a filter, an action or a queue
 * @param verdict what it said; empty for nothing
 * @param changes what it changed in the packet and its context
 * @param note what is to be known of it; null for nothing
 */
public record Step(
    String hook, String what, String verdict, List<String> changes, @Nullable String note) {
  /** Copies the list. */
  public Step {
    changes = List.copyOf(changes);
  }

  /** One that changed nothing. */
  static Step of(String hook, String what, String verdict) {
    return new Step(hook, what, verdict, List.of(), null);
  }
}
