package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Token bucket filter ({@code net/sched/sch_tbf.c}): holds what leaves to a rate, with a bucket for
 * bursts and, if wished, a peak rate within them. Its only class, {@code X:1}, is the queue inside.
 *
 * <p>Modelled: the arithmetic in nanoseconds, segmentation of packets that are longer than the
 * bucket, counters. Left out: offload to hardware.
 */
public final class TokenBucketFilter extends ClassfulDiscipline {
  private static final int NANOSECONDS_PER_TICK_SHIFT = 6;
  private static final int ONLY_CLASS = 1;

  private RateConversion rate;
  private @Nullable RateConversion peak;

  /** What the bucket holds, and the peak's, in nanoseconds of their rates. */
  private long buffer;

  private long peakBuffer;

  /** The longest packet that can ever pass, in bytes. */
  private long maxSize;

  private long limit;
  private long tokens;
  private long peakTokens;
  private long checkedAt;
  private QueueDiscipline inner;
  private long wakeAt = NEVER;

  /**
   * A full bucket.
   *
   * @throws DisciplineRefusal if the options make no sense
   */
  public TokenBucketFilter(QueueHost host, Handle handle, Handle parent, Tbf options) {
    super(host, handle, parent);
    rate = new RateConversion(options.rate());
    limit = options.limit();
    inner = new Noop(host, onlyClass());
    set(options);
  }

  private Handle onlyClass() {
    return Handle.of(handle().major(), ONLY_CLASS);
  }

  /** {@code tbf_change}. */
  private void set(Tbf options) {
    RateConversion newRate = new RateConversion(options.rate());
    RateConversion newPeak = options.peak() == null ? null : new RateConversion(options.peak());
    Bucket newPeakBurst = options.peakBurst();
    long newMaxSize = options.burst().bytes();
    long newPeakBuffer = 0;
    if (newPeak != null && newPeakBurst != null) {
      if (newPeak.rate().compareTo(newRate.rate()) <= 0) {
        throw new DisciplineRefusal(Errno.EINVAL, null);
      }
      newPeakBuffer = newPeak.nanoseconds(newPeakBurst.bytes());
      newMaxSize = Math.min(newMaxSize, newPeakBurst.bytes());
    }
    if (newMaxSize == 0) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    rate = newRate;
    peak = newPeak;
    buffer = newRate.nanoseconds(options.burst().bytes());
    peakBuffer = newPeakBuffer;
    maxSize = newMaxSize;
    limit = options.limit();
    if (inner instanceof Fifo fifo) {
      // Packets or bytes: the kernel goes by the kind's name (fifo_set_limit).
      fifo.setLimit(limit);
    } else if (inner instanceof Noop && limit > 0) {
      inner = new Fifo(host, Handle.UNSPECIFIED, onlyClass(), Fifo.Kind.BYTES, limit);
      inner.hangIn(this);
    }
    tokens = buffer;
    peakTokens = peakBuffer;
    checkedAt = host.now();
  }

  @Override
  public void change(Qdisc options) {
    if (!(options instanceof Tbf tbf)) {
      throw new DisciplineRefusal(Errno.EINVAL, null);
    }
    set(tbf);
  }

  @Override
  public Admission enqueue(SocketBuffer packet, long now) {
    if (packet.queueLength > maxSize) {
      if (packet.segmentSize > 0 && host.segmentLength(packet) <= maxSize) {
        return enqueueSegments(packet, now);
      }
      drop(packet);
      return Admission.DROPPED;
    }
    Admission admission = inner.enqueue(packet, now);
    countUnlessTaken(admission);
    return admission;
  }

  private void countUnlessTaken(Admission admission) {
    if (admission == Admission.DROPPED || admission == Admission.REPLACED) {
      drops++;
    }
  }

  /** {@code tbf_segment}: what is queued counts, even if other segments were dropped. */
  private Admission enqueueSegments(SocketBuffer packet, long now) {
    int queued = 0;
    SocketBuffer segment = host.segment(packet);
    while (segment != null) {
      SocketBuffer following = segment.next;
      segment.next = null;
      Admission admission = inner.enqueue(segment, now);
      countUnlessTaken(admission);
      if (admission == Admission.QUEUED) {
        queued++;
      }
      segment = following;
    }
    return queued > 0 ? Admission.QUEUED : Admission.DROPPED;
  }

  @Override
  protected @Nullable SocketBuffer take(long now) {
    wakeAt = NEVER;
    SocketBuffer packet = inner.peek(now);
    if (packet == null) {
      wakeAt = inner.wakeAt();
      return null;
    }
    int length = packet.queueLength;
    long elapsed = Math.min(now - checkedAt, buffer);
    long peakLeft = 0;
    RateConversion peakRate = peak;
    if (peakRate != null) {
      peakLeft = Math.min(elapsed + peakTokens, peakBuffer) - peakRate.nanoseconds(length);
    }
    long left = Math.min(elapsed + tokens, buffer) - rate.nanoseconds(length);
    if ((left | peakLeft) < 0) {
      wakeAt = now + Math.max(-left, -peakLeft);
      overlimits++;
      return null;
    }
    SocketBuffer leaving = inner.dequeue(now);
    if (leaving != null) {
      checkedAt = now;
      tokens = left;
      peakTokens = peakLeft;
      countSent(leaving);
    }
    return leaving;
  }

  @Override
  public long wakeAt() {
    return wakeAt;
  }

  @Override
  protected int lengthInside() {
    return inner.queueLength();
  }

  @Override
  protected long backlogInside() {
    return inner.backlog();
  }

  @Override
  protected void childLost(QueueDiscipline child, int packets, long bytes) {
    // Lengths are the inner discipline's own.
  }

  @Override
  protected void resetInside() {
    inner.reset();
    wakeAt = NEVER;
    tokens = buffer;
    peakTokens = peakBuffer;
    checkedAt = host.now();
  }

  @Override
  public Qdisc options() {
    RateConversion peakRate = peak;
    return new Tbf(
        rate.readBack(),
        told(rate.rate(), buffer),
        peakRate == null ? null : peakRate.readBack(),
        peakRate == null ? null : told(peakRate.rate(), peakBuffer),
        limit);
  }

  /** The kernel tells the lower 32 bits, whatever the bucket holds ({@code tc_tbf_qopt}). */
  private static Bucket told(Rate rate, long nanoseconds) {
    return Bucket.ofTicks(rate, nanoseconds >> NANOSECONDS_PER_TICK_SHIFT & 0xffff_ffffL);
  }

  @Override
  public boolean hasClass(Handle id) {
    // Whatever it is called (tbf_find).
    return true;
  }

  @Override
  public QueueDiscipline leaf(Handle id) {
    return inner;
  }

  @Override
  public void graft(Handle id, @Nullable QueueDiscipline discipline) {
    QueueDiscipline old = inner;
    inner = discipline == null ? new Noop(host, onlyClass()) : discipline;
    inner.hangIn(this);
    old.purge();
    old.hangIn(null);
  }

  @Override
  public List<String> putClass(Handle id, Handle parent, @Nullable TrafficClass trafficClass) {
    throw new DisciplineRefusal(Errno.EOPNOTSUPP, null);
  }

  @Override
  public void deleteClass(Handle id) {
    throw new DisciplineRefusal(Errno.EOPNOTSUPP, null);
  }

  @Override
  public void forgetInFilters(Handle id) {}

  @Override
  public void forEachClass(Consumer<ClassView> consumer) {
    consumer.accept(
        new ClassView(
            onlyClass(),
            handle(),
            inner.handle(),
            new TrafficClass.Unknown("tbf", null),
            Statistics.ZERO));
  }

  @Override
  public FilterBlock filters(@Nullable Handle id) {
    throw new DisciplineRefusal(Errno.EOPNOTSUPP, "Class doesn't support blocks");
  }

  @Override
  public void forEachChild(Consumer<QueueDiscipline> consumer) {
    consumer.accept(inner);
  }

  @Override
  public void clearFilters() {}
}
