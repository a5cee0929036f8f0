package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Qdisc;
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
    inner = defaultQueue();
    set(options);
  }

  private QueueDiscipline defaultQueue() {
    return new Fifo(
        host, Handle.UNSPECIFIED, Handle.of(handle().major(), ONLY_CLASS), Fifo.Kind.BYTES, limit);
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
    if (inner instanceof Fifo fifo && fifo.fifoKind() == Fifo.Kind.BYTES) {
      fifo.setLimit(limit);
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
    if (admission != Admission.QUEUED) {
      drops++;
    }
    return admission;
  }

  /** {@code tbf_segment}: what is queued counts, even if other segments were dropped. */
  private Admission enqueueSegments(SocketBuffer packet, long now) {
    int queued = 0;
    SocketBuffer segment = host.segment(packet);
    while (segment != null) {
      SocketBuffer following = segment.next;
      segment.next = null;
      if (inner.enqueue(segment, now) == Admission.QUEUED) {
        queued++;
      } else {
        drops++;
      }
      segment = following;
    }
    return queued > 0 ? Admission.QUEUED : Admission.DROPPED;
  }

  @Override
  public @Nullable SocketBuffer dequeue(long now) {
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
  public @Nullable SocketBuffer peek(long now) {
    return inner.peek(now);
  }

  @Override
  public long wakeAt() {
    return wakeAt;
  }

  @Override
  public int queueLength() {
    return inner.queueLength();
  }

  @Override
  public long backlog() {
    return inner.backlog();
  }

  @Override
  public void reset() {
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
        Bucket.ofTicks(rate.rate(), buffer >> NANOSECONDS_PER_TICK_SHIFT),
        peakRate == null ? null : peakRate.readBack(),
        peakRate == null
            ? null
            : Bucket.ofTicks(peakRate.rate(), peakBuffer >> NANOSECONDS_PER_TICK_SHIFT),
        limit);
  }

  @Override
  public boolean hasClass(Handle id) {
    return id.minor() == ONLY_CLASS;
  }

  @Override
  public QueueDiscipline leaf(Handle id) {
    return inner;
  }

  @Override
  public void graft(Handle id, @Nullable QueueDiscipline discipline) {
    QueueDiscipline old = inner;
    inner = discipline == null ? defaultQueue() : discipline;
    old.reset();
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
  public void forEachClass(Consumer<ClassView> consumer) {
    consumer.accept(
        new ClassView(
            Handle.of(handle().major(), ONLY_CLASS),
            Handle.ROOT,
            inner.handle(),
            new TrafficClass.Unknown("tbf", null),
            dev.sluice.datapath.tc.Statistics.ZERO));
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
