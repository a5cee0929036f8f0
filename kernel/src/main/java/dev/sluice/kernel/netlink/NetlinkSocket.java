package dev.sluice.kernel.netlink;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.kernel.NetworkNamespace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A socket to rtnetlink in one network namespace: sends requests and pairs the answers with them.
 *
 * <p>A socket does one exchange at a time and belongs to one thread while it does; {@link
 * Rtnetlink} hands them out. Requests are written into {@link #writer} and sent together by {@link
 * #exchange}, {@link #ask} or {@link #dump}. The kernel does every request of one send, also those
 * behind one that it refuses ({@code netlink_rcv_skb} in {@code net/netlink/af_netlink.c}).
 */
public final class NetlinkSocket implements AutoCloseable {
  /** The kernel makes the pieces of a listing no larger than 32 KiB. */
  private static final int RECEIVE_CAPACITY = 64 * 1024;

  /**
   * How often a listing is read. Devices that come and go all the time interrupt many, but each
   * reading hands over what is new.
   */
  private static final int READINGS = 16;

  /** What an answer is counted as against the receive bound: a page and its bookkeeping. */
  private static final int ANSWER_BOUND = 9 * 1024;

  private final Transport transport;
  private final MessageWriter writer = new MessageWriter();
  private ByteBuffer received = allocate(RECEIVE_CAPACITY);
  private int sequence = 1;
  private boolean clean = true;

  NetlinkSocket(Transport transport) {
    this.transport = transport;
  }

  /** Opens a socket in a network namespace. It stays there whichever thread uses it. */
  public static NetlinkSocket open(NetworkNamespace namespace) {
    return new NetlinkSocket(SocketTransport.open(namespace));
  }

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
  }

  /** The writer of the requests that are sent next, emptied. */
  public MessageWriter writer() {
    writer.clear();
    return writer;
  }

  /** Whether no exchange was left in its middle, so that the socket may be used again. */
  boolean isClean() {
    return clean;
  }

  /** How many requests with acknowledgement and echo may be sent together. */
  public int largestExchange() {
    return Math.max(1, transport.receiveBound() / ANSWER_BOUND);
  }

  /**
   * Sends the requests that were written, each of which asks for an acknowledgement, and waits for
   * the answers.
   *
   * @param echoes gets what the kernel tells beside the acknowledgements; null for no interest
   * @return as many answers as there are requests, in their order
   */
  public Ack[] exchange(@Nullable MessageHandler echoes) {
    int first = send();
    Ack[] acks = new Ack[writer.messages()];
    for (int missing = acks.length; missing > 0; ) {
      MessageReader messages = receive();
      while (messages.next()) {
        int request = messages.sequence() - first;
        if (request < 0 || request >= acks.length) {
          continue; // a late answer to an earlier request
        }
        if (messages.type() == NetlinkDescriptor.NLMSG_ERROR) {
          missing -= acks[request] == null ? 1 : 0;
          acks[request] = Ack.read(messages);
        } else if (echoes != null && messages.type() >= NetlinkDescriptor.NLMSG_MIN_TYPE) {
          echoes.message(request, messages);
        }
      }
    }
    clean = true;
    return acks;
  }

  /** Sends the one request that was written, and waits for its acknowledgement. */
  public Ack exchange() {
    return exchange(null)[0];
  }

  /**
   * Sends the one request that was written, which asks for one thing and not for an
   * acknowledgement.
   *
   * @param answer gets the answer, if there is one
   * @return a yes, or why there is no answer
   */
  public Ack ask(MessageHandler answer) {
    int first = send();
    while (true) {
      MessageReader messages = receive();
      while (messages.next()) {
        if (messages.sequence() != first) {
          continue;
        }
        if (messages.type() == NetlinkDescriptor.NLMSG_ERROR) {
          clean = true;
          return Ack.read(messages);
        }
        if (messages.type() >= NetlinkDescriptor.NLMSG_MIN_TYPE) {
          answer.message(0, messages);
          clean = true;
          return Ack.OK;
        }
      }
    }
  }

  /**
   * Sends the one request that was written, which asks for a listing, and hands its entries over
   * while they arrive.
   *
   * <p>A listing that the kernel marks as interrupted, or that did not fit into the buffer, is read
   * again from the start, and only what was not handed over before is.
   *
   * @param operation what is asked for, for errors
   * @param key tells entries apart
   * @param entries gets each entry once
   * @return a yes, or why there is no listing
   * @throws KernelRejected if no reading was left in peace
   */
  public Ack dump(String operation, EntryKey key, MessageHandler entries) {
    HandedOver handedOver = new HandedOver();
    for (int reading = 0; reading < READINGS; reading++) {
      handedOver.restart();
      int first = send();
      Reading state = new Reading();
      while (state.end == null) {
        int length = transport.receive(received);
        if (length > received.capacity()) {
          received = allocate(NetlinkDescriptor.align(length) * 2);
          state.interrupted = true;
          continue;
        }
        MessageReader messages = new MessageReader(received.clear().limit(length));
        while (messages.next() && state.end == null) {
          if (messages.sequence() == first) {
            state.message(messages, key, handedOver, entries);
          }
        }
      }
      clean = true;
      if (!state.interrupted || !state.end.isDone()) {
        return state.end;
      }
    }
    throw new KernelRejected(
        operation,
        Errno.EINTR.number(),
        null,
        "it changed each of the " + READINGS + " times that it was read");
  }

  /** One reading of a listing. */
  private static final class Reading {
    @Nullable Ack end;
    boolean interrupted;

    void message(
        MessageReader message, EntryKey key, HandedOver handedOver, MessageHandler entries) {
      interrupted |= (message.flags() & NetlinkDescriptor.NLM_F_DUMP_INTR) != 0;
      switch (message.type()) {
        case NetlinkDescriptor.NLMSG_DONE, NetlinkDescriptor.NLMSG_ERROR -> end = Ack.read(message);
        case NetlinkDescriptor.NLMSG_NOOP -> {}
        default -> {
          if (handedOver.isNew(key.of(message), key.mayRepeat())) {
            entries.message(0, message);
          }
        }
      }
    }
  }

  private int send() {
    int first = sequence;
    sequence += writer.messages();
    ByteBuffer datagram = writer.numbered(first);
    transport.send(datagram);
    clean = false;
    return first;
  }

  private MessageReader receive() {
    int length = transport.receive(received);
    if (length > received.capacity()) {
      // Acknowledgements are short; an answer of this length is one object past all bounds.
      received = allocate(NetlinkDescriptor.align(length) * 2);
      throw new NetlinkFormatException("an answer of " + length + " bytes was cut off");
    }
    return new MessageReader(received.clear().limit(length));
  }

  @Override
  public void close() {
    transport.close();
  }
}
