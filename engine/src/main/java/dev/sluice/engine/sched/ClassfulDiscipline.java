package dev.sluice.engine.sched;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.filter.FilterBlock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A discipline with classes, each of which may have a discipline ({@code Qdisc_class_ops}). */
public abstract class ClassfulDiscipline extends QueueDiscipline {
  /** A discipline without classes yet. */
  protected ClassfulDiscipline(QueueHost host, Handle handle, Handle parent) {
    super(host, handle, parent);
  }

  /** Whether there is a class. */
  public abstract boolean hasClass(Handle id);

  /** The discipline of a class that is there; null for an inner class. */
  public abstract @Nullable QueueDiscipline leaf(Handle id);

  /**
   * Puts a discipline in the place of a class's, which is reset and gone.
   *
   * @param discipline null for the default one
   * @throws DisciplineRefusal if the class takes none
   */
  public abstract void graft(Handle id, @Nullable QueueDiscipline discipline);

  /**
   * Makes a class, or changes the one that is there.
   *
   * @param parent what it is below; may name nothing
   * @return what the kernel says beside its yes
   * @throws DisciplineRefusal if that cannot be
   */
  public abstract List<String> putClass(
      Handle id, Handle parent, @Nullable TrafficClass trafficClass);

  /**
   * Removes a class that is there.
   *
   * @throws DisciplineRefusal if it is in use, or the kind has fixed classes
   */
  public abstract void deleteClass(Handle id);

  /** Hands over the classes, in the order of their numbers. */
  public abstract void forEachClass(Consumer<ClassView> consumer);

  /**
   * The filters of the discipline itself, or of one of its classes.
   *
   * @param id the class; null for the discipline itself
   * @throws DisciplineRefusal if it has none
   */
  public abstract FilterBlock filters(@Nullable Handle id);

  /** Hands over the disciplines of its classes. */
  public abstract void forEachChild(Consumer<QueueDiscipline> consumer);

  /** Lets all filters go, its own and its classes'. */
  public abstract void clearFilters();
}
