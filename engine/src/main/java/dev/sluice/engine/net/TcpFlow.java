package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;

/**
 * A bulk transfer between two hosts that slows down when packets are lost, as TCP does: slow start,
 * congestion avoidance, fast retransmit and recovery as NewReno ({@code RFC 5681}, {@code RFC
 * 6582}), a retransmission timer with doubling ({@code RFC 6298}), and the send buffer's
 * back-pressure.
 *
 * <p>Left out: the handshake, selective acknowledgements, delayed ones, pacing, window scaling (the
 * receiver takes all), Nagle. Packets carry real headers with sequence numbers, so programs and
 * captures see TCP.
 */
public final class TcpFlow {
  private static final int HEADERS = 54;
  private static final long MIN_TIMEOUT = 200_000_000L;
  private static final long MAX_TIMEOUT = 60_000_000_000L;
  private static final int INITIAL_WINDOW = 10;

  private final TcpEndpoints ends;
  private final Timeline timeline;
  private final SocketRoom room;
  private final int segment;
  private final int burst;
  private final long bytes;
  private final long until;

  /** Sequence numbers count from 0 and do not wrap here; headers carry their lower 32 bits. */
  private long acknowledged;

  private long nextSequence;
  private long highest;
  private long received;
  private double window;
  private double threshold = Double.MAX_VALUE;
  private int duplicates;
  private boolean recovering;
  private long recoverUntil;
  private long smoothedRoundTrip;
  private long roundTripVariance;
  private long timeout = 1_000_000_000L;
  private long timedSequence = -1;
  private long timedAt;
  private long retransmissions;
  private long packetsSent;
  private final ReceivedRanges outOfOrder = new ReceivedRanges();

  private final Timer retransmit =
      new Timer() {
        @Override
        protected void fire(long now) {
          timedOut(now);
        }
      };

  private final Timer start =
      new Timer() {
        @Override
        protected void fire(long now) {
          sendMore(now);
        }
      };

  /**
   * A transfer that is not started yet.
   *
   * @param ends who talks to whom, over which devices
   * @param segment payload bytes of a packet on the wire, 1 or more
   * @param burst packets that one socket buffer may stand for (GSO), 1 for none
   * @param sendBuffer bytes that may be under way on the sending host
   * @param bytes how much is to be sent
   * @param until when it stops sending, in nanoseconds of the timeline
   */
  public TcpFlow(
      TcpEndpoints ends, int segment, int burst, long sendBuffer, long bytes, long until) {
    if (segment < 1 || burst < 1 || (long) segment * burst > 65_535 - 40) {
      throw new IllegalArgumentException(
          "segments of %d bytes, %d at a time: a packet has at most 65495 bytes of payload"
              .formatted(segment, burst));
    }
    this.ends = ends;
    this.segment = segment;
    this.burst = burst;
    this.bytes = bytes;
    this.until = until;
    timeline = ends.sender().host().network().timeline();
    window = (double) INITIAL_WINDOW * segment;
    room = new SocketRoom(sendBuffer, () -> timeline.set(start, timeline.nanoseconds()));
    ends.receiver().host().addReceiver(this::receiveData);
    ends.sender().host().addReceiver(this::receiveAcknowledgement);
  }

  /** Starts at a time, in nanoseconds of the timeline. */
  public void start(long at) {
    timeline.set(start, at);
  }

  /** Bytes that arrived in order. */
  public long received() {
    return received;
  }

  /** Packets that were sent once more. */
  public long retransmissions() {
    return retransmissions;
  }

  /** Packets that were given to the device. */
  public long packetsSent() {
    return packetsSent;
  }

  private void sendMore(long now) {
    while (now < until && nextSequence < bytes) {
      long inFlight = nextSequence - acknowledged;
      long allowed = (long) window - inFlight;
      if (allowed < Math.min(segment, bytes - nextSequence) && inFlight > 0) {
        return;
      }
      long size = Math.min(bytes - nextSequence, (long) segment * burst);
      // Whole segments of what the window allows, as tso_fragment cuts them.
      if (size > allowed && size > segment) {
        size = Math.max(segment, allowed / segment * segment);
      }
      if (!send(nextSequence, (int) size, now)) {
        return;
      }
      nextSequence += size;
      highest = Math.max(highest, nextSequence);
    }
  }

  private boolean send(long sequence, int size, long now) {
    if (!room.take(size + HEADERS)) {
      return false;
    }
    if (sequence < highest) {
      retransmissions++;
      if (timedSequence >= sequence) {
        timedSequence = -1;
      }
    } else if (timedSequence < 0) {
      timedSequence = sequence + size;
      timedAt = now;
    }
    SocketBuffer packet = ends.data(sequence, size);
    packet.owner = room;
    packet.sentAt = now;
    if (size > segment) {
      packet.segmentSize = segment;
      packet.segments = Math.ceilDiv(size, segment);
    }
    packetsSent++;
    if (!retransmit.isSet()) {
      timeline.set(retransmit, now + timeout);
    }
    ends.sender().transmit(packet, now);
    return true;
  }

  /** At the receiver: each data packet is acknowledged at once. */
  private boolean receiveData(NetDevice device, SocketBuffer packet, long now) {
    if (!ends.isData(packet)) {
      return false;
    }
    long from = ends.sequence(packet, received);
    long to = from + packet.length - HEADERS;
    received = outOfOrder.add(received, from, to);
    SocketBuffer reply = ends.acknowledgement(received);
    reply.sentAt = now;
    ends.receiver().transmit(reply, now);
    return true;
  }

  private boolean receiveAcknowledgement(NetDevice device, SocketBuffer packet, long now) {
    if (!ends.isAcknowledgement(packet)) {
      return false;
    }
    long upTo = ends.acknowledged(packet, acknowledged);
    if (upTo > acknowledged) {
      advance(upTo, now);
    } else if (upTo == acknowledged && nextSequence > acknowledged) {
      duplicate(now);
    }
    sendMore(now);
    return true;
  }

  private void advance(long upTo, long now) {
    if (timedSequence >= 0 && upTo >= timedSequence) {
      measure(now - timedAt);
      timedSequence = -1;
    }
    long fresh = upTo - acknowledged;
    acknowledged = upTo;
    nextSequence = Math.max(nextSequence, acknowledged);
    duplicates = 0;
    if (recovering && upTo < recoverUntil) {
      // A partial acknowledgement: the next hole is lost too.
      window = Math.max(segment, window - fresh + segment);
      resend(now);
    } else if (recovering) {
      recovering = false;
      window = threshold;
    } else if (window < threshold) {
      window += Math.min(fresh, 2L * segment * burst);
    } else {
      window += (double) segment * fresh / window;
    }
    timeline.cancel(retransmit);
    if (nextSequence > acknowledged) {
      timeline.set(retransmit, now + timeout);
    }
  }

  private void duplicate(long now) {
    duplicates++;
    if (recovering) {
      window += segment;
    } else if (duplicates == 3) {
      recovering = true;
      recoverUntil = nextSequence;
      threshold = Math.max((nextSequence - acknowledged) / 2.0, 2.0 * segment);
      window = threshold + 3.0 * segment;
      resend(now);
    }
  }

  private void resend(long now) {
    int size = (int) Math.min(segment, highest - acknowledged);
    if (size > 0) {
      send(acknowledged, size, now);
    }
  }

  private void timedOut(long now) {
    if (nextSequence <= acknowledged) {
      return;
    }
    threshold = Math.max((nextSequence - acknowledged) / 2.0, 2.0 * segment);
    window = segment;
    recovering = false;
    duplicates = 0;
    timedSequence = -1;
    timeout = Math.min(2 * timeout, MAX_TIMEOUT);
    nextSequence = acknowledged;
    timeline.set(retransmit, now + timeout);
    sendMore(now);
  }

  /** RFC 6298, with Linux's least timeout of 200 ms. */
  private void measure(long roundTrip) {
    if (smoothedRoundTrip == 0) {
      smoothedRoundTrip = Math.max(1, roundTrip);
      roundTripVariance = roundTrip / 2;
    } else {
      roundTripVariance = (3 * roundTripVariance + Math.abs(smoothedRoundTrip - roundTrip)) / 4;
      smoothedRoundTrip = Math.max(1, (7 * smoothedRoundTrip + roundTrip) / 8);
    }
    timeout =
        Math.min(MAX_TIMEOUT, Math.max(MIN_TIMEOUT, smoothedRoundTrip + 4 * roundTripVariance));
  }
}
