package dev.sluice.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;

/** Answers as a test says. */
final class ScriptedTransport implements Transport {
  /** What each send is answered with, given the sequence number of its first request. */
  private final Deque<IntFunction<List<byte[]>>> script = new ArrayDeque<>();

  private final Deque<byte[]> waiting = new ArrayDeque<>();
  final List<byte[]> sent = new ArrayList<>();
  boolean closed;

  ScriptedTransport answer(IntFunction<List<byte[]>> answer) {
    script.add(answer);
    return this;
  }

  @Override
  public void send(ByteBuffer datagram) {
    byte[] bytes = new byte[datagram.remaining()];
    datagram.duplicate().get(bytes);
    sent.add(bytes);
    int sequence = datagram.getInt(datagram.position() + NetlinkDescriptor.SEQUENCE_OFFSET);
    waiting.addAll(script.removeFirst().apply(sequence));
  }

  @Override
  public int receive(ByteBuffer into) {
    byte[] datagram = waiting.removeFirst();
    into.clear().put(datagram, 0, Math.min(datagram.length, into.capacity()));
    return datagram.length;
  }

  @Override
  public int receiveBound() {
    return 1 << 20;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A message with 32-bit numbers for a payload. */
  static byte[] message(int type, int flags, int sequence, int... payload) {
    int length = NetlinkDescriptor.HEADER_LENGTH + payload.length * Integer.BYTES;
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    out.putInt(length).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
    for (int number : payload) {
      out.putInt(number);
    }
    return out.array();
  }

  /** Messages in one datagram. */
  static byte[] datagram(byte[]... messages) {
    int length = 0;
    for (byte[] message : messages) {
      length += message.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    for (byte[] message : messages) {
      out.put(message);
    }
    return out.array();
  }
}
