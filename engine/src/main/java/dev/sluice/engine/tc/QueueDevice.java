package dev.sluice.engine.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.engine.filter.ClassBinder;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.sched.QueueDiscipline;
import dev.sluice.engine.sched.QueueHost;

/** A device as traffic control sees it. */
public interface QueueDevice {
  /** Its index and name. */
  Device device();

  /** What disciplines need of it. */
  QueueHost queueHost();

  /** Its disciplines: the root, and what holds filters at its hooks. */
  QueueTree tree();

  /** New filters of a place of the device. */
  FilterBlock newBlock(Handle place, ClassBinder binder);

  /** The root that it has where nobody made one. */
  QueueDiscipline defaultRoot();

  /** What it has changed: packets may leave that could not. */
  void treeChanged();
}
