package dev.sluice.engine.sched;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A discipline with classes, each of which may have a discipline ({@code Qdisc_class_ops}). */
public abstract class ClassfulDiscipline extends QueueDiscipline {
  /** A packet that was asked to see, and waits to be fetched ({@code gso_skb}). */
  private @Nullable SocketBuffer peeked;

  /** A discipline without classes yet. */
  protected ClassfulDiscipline(QueueHost host, Handle handle, Handle parent) {
    super(host, handle, parent);
  }

  /** Takes the packet that may leave now out of its classes; null if none may. */
  protected abstract @Nullable SocketBuffer take(long now);

  /** Packets that wait in its classes. */
  protected abstract int lengthInside();

  /** Bytes that wait in its classes. */
  protected abstract long backlogInside();

  /** Drops all that waits in its classes, uncounted. */
  protected abstract void resetInside();

  /** A discipline below lost packets otherwise than by giving them. */
  protected abstract void childLost(QueueDiscipline child, int packets, long bytes);

  @Override
  public final @Nullable SocketBuffer dequeue(long now) {
    SocketBuffer packet = peeked;
    if (packet != null) {
      peeked = null;
      return packet;
    }
    return take(now);
  }

  /** {@inheritDoc} It is taken out and paid for, so that it does leave next. */
  @Override
  public final @Nullable SocketBuffer peek(long now) {
    if (peeked == null) {
      peeked = take(now);
    }
    return peeked;
  }

  @Override
  public final int queueLength() {
    return lengthInside() + (peeked == null ? 0 : 1);
  }

  @Override
  public final long backlog() {
    SocketBuffer packet = peeked;
    return backlogInside() + (packet == null ? 0 : packet.queueLength);
  }

  @Override
  public final void reset() {
    SocketBuffer packet = peeked;
    peeked = null;
    if (packet != null) {
      host.drop(packet, this, handle());
    }
    resetInside();
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

  /**
   * Filters of classes name a class no more that was to be removed, whether it was or not ({@code
   * tc_bind_tclass} at the end of {@code RTM_DELTCLASS}).
   */
  public abstract void forgetInFilters(Handle id);

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
