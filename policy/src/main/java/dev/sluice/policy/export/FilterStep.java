package dev.sluice.policy.export;

import dev.sluice.datapath.Handle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A filter at its place in the order that filters are asked.
 *
 * @param where what notes call it
 * @param priority its priority
 * @param effect what it does with packets that it fits
 * @param classId the class that it names; null for none
 * @param packets those that it fits, and perhaps more where it cannot be said
 * @param unsayable why a policy cannot say it; empty if it can
 * @param remarks what is said in another way
 */
record FilterStep(
    String where,
    int priority,
    Effect effect,
    @Nullable Handle classId,
    PacketSet packets,
    List<String> unsayable,
    List<String> remarks) {
  /** What a filter does. */
  enum Effect {
    /** The packet goes on, to the class that it names if it asks for a queue; no more filters. */
    ACCEPT,
    /** The packet is dropped. */
    DROP,
    /** One or the other, or something else. */
    UNKNOWN
  }

  /** Copies the lists. */
  FilterStep {
    unsayable = List.copyOf(unsayable);
    remarks = List.copyOf(remarks);
  }

  boolean isSayable() {
    return unsayable.isEmpty();
  }
}
