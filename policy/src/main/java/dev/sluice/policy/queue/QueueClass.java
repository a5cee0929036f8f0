package dev.sluice.policy.queue;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import org.jspecify.annotations.Nullable;

/**
 * A wanted class.
 *
 * @param name its name in the policy, {@link QueueTree#ALL} or {@link QueueTree#REST}
 * @param minor its minor number
 * @param parent the minor number of the class above it; 0 for the root qdisc
 * @param options its rates and buckets
 * @param limit bytes that may wait in its queue; null for a class with classes, which has none
 */
public record QueueClass(
    String name, int minor, int parent, HtbClass options, @Nullable Long limit) {
  /** Whether it has a queue, and no classes. */
  public boolean isLeaf() {
    return limit != null;
  }

  /** Its name in the kernel. */
  public Handle id() {
    return Owner.classId(minor);
  }

  /** What it hangs from. */
  public Handle parentId() {
    return Owner.classId(parent);
  }

  @Override
  public String toString() {
    return "class " + name + " (" + id() + ")";
  }
}
