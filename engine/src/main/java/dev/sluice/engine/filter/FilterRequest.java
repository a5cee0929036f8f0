package dev.sluice.engine.filter;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.FilterRules;
import org.jspecify.annotations.Nullable;

/**
 * A change to filters on its way, which knows how to refuse it.
 *
 * @param change the change
 * @param operation the change in words, for refusals
 * @param block where it is to be done
 */
record FilterRequest(Change.OfFilter change, String operation, FilterBlock block) {
  /** The number that the change gives the filter; 0 for none. */
  int handle() {
    return change.handle();
  }

  /**
   * A refusal.
   *
   * @param text what the kernel says beside the number; null for nothing
   */
  KernelRejected refused(Errno errno, @Nullable String text) {
    return refused(errno, text, FilterRules.ofNeighbours(block.entries(), change, errno));
  }

  /** A refusal with a rule of its own. */
  KernelRejected refused(Errno errno, @Nullable String text, @Nullable String rule) {
    return new KernelRejected(operation, errno.number(), text, rule);
  }

  /** Something that the engine does not have. */
  Unsupported unsupported(String feature, String detail) {
    return new Unsupported(feature, operation + ": " + detail);
  }

  /** Something that makes no sense to any datapath. */
  InvalidInput invalid(String problem) {
    return new InvalidInput(operation, 0, 0, problem);
  }
}
