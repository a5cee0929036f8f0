package dev.sluice.kernel.tc;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import dev.sluice.kernel.netlink.Ack;
import dev.sluice.kernel.netlink.MessageHandler;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.netlink.NetlinkSocket;
import dev.sluice.kernel.netlink.Rtnetlink;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends changes to the kernel, many at a time.
 *
 * <p>The kernel does every request of one send, also those behind one that it refuses. To stop at a
 * refusal all the same, a send has only what can be taken back exactly, behind its first request:
 * {@link Revocability} says what that is. Had a later one been done, it is taken back, last first,
 * and reported as not tried. Where it does not matter what comes behind a refusal, sends are as
 * long as the sockets' buffers allow.
 */
final class Batch {
  /** The kernel takes twice this in one send by default. */
  private static final int SEND_LENGTH = 64 * 1024;

  private final Rtnetlink rtnetlink;
  private final KernelTrafficControl trafficControl;
  private final List<? extends Change> changes;
  private final Outcome[] outcomes;
  private final Refusal refusal;

  Batch(Rtnetlink rtnetlink, KernelTrafficControl trafficControl, List<? extends Change> changes) {
    this.rtnetlink = rtnetlink;
    this.trafficControl = trafficControl;
    this.changes = changes;
    outcomes = new Outcome[changes.size()];
    refusal = new Refusal(trafficControl);
  }

  /** Does the changes. */
  List<Outcome> run(OnRefusal onRefusal) {
    NetlinkSocket socket = rtnetlink.take();
    try {
      if (onRefusal == OnRefusal.CONTINUE || changes.size() == 1) {
        runAll(socket);
      } else {
        runUntilRefused(socket);
      }
    } finally {
      rtnetlink.give(socket);
    }
    return Arrays.asList(outcomes);
  }

  private void runAll(NetlinkSocket socket) {
    int most = socket.largestExchange();
    int[] sent = new int[Math.min(most, changes.size())];
    for (int next = 0; next < changes.size(); ) {
      MessageWriter out = socket.writer();
      int count = 0;
      while (next < changes.size() && count < sent.length && out.length() < SEND_LENGTH) {
        try {
          TcRequest.write(out, changes.get(next), 0);
          sent[count++] = next;
        } catch (SluiceException e) {
          outcomes[next] = new Outcome.Refused(changes.get(next), e);
        }
        next++;
      }
      if (count > 0) {
        Ack[] acks = socket.exchange(null);
        for (int i = 0; i < count; i++) {
          outcomes[sent[i]] = outcome(changes.get(sent[i]), acks[i]);
        }
      }
    }
  }

  private void runUntilRefused(NetlinkSocket socket) {
    Revocability revocability = new Revocability(trafficControl, changes);
    int next = 0;
    boolean refused = false;
    while (next < changes.size() && !refused) {
      int count = write(socket, next, revocability);
      if (count == 0) {
        refused = true;
        next++;
        continue;
      }
      Echoes echoes = new Echoes(count);
      Ack[] acks = socket.exchange(echoes);
      int done = 0;
      while (done < count && acks[done].isDone()) {
        Change change = changes.get(next + done);
        outcomes[next + done] = outcome(change, acks[done]);
        revocability.done(change, echoes.handle(done));
        done++;
      }
      if (done < count) {
        refused = true;
        takeBack(socket, next, done, acks, echoes, revocability);
        outcomes[next + done] = outcome(changes.get(next + done), acks[done]);
      }
      next += count;
    }
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] == null) {
        outcomes[i] = new Outcome.NotTried(changes.get(i));
      }
    }
  }

  /**
   * Writes the requests of the next send.
   *
   * @return how many; 0 if the first cannot be written, which is its outcome
   */
  private int write(NetlinkSocket socket, int first, Revocability revocability) {
    MessageWriter out = socket.writer();
    int most =
        Math.min(Math.min(socket.largestExchange(), Revocability.ROOM - 1), changes.size() - first);
    int count = 0;
    revocability.beginSend();
    while (count < most && out.length() < SEND_LENGTH) {
      Change change = changes.get(first + count);
      if (count > 0 && !revocability.isRevocable(change, first + count)) {
        break;
      }
      try {
        boolean echo = change instanceof Change.OfFilter && Revocability.goesWithOthers(change);
        TcRequest.write(out, change, echo ? NetlinkDescriptor.NLM_F_ECHO : 0);
      } catch (SluiceException e) {
        if (count == 0) {
          outcomes[first] = new Outcome.Refused(change, e);
        }
        break;
      }
      revocability.sent(change);
      count++;
      if (!Revocability.goesWithOthers(change)) {
        break;
      }
    }
    return count;
  }

  /** Takes back what was done behind a refused change. */
  private void takeBack(
      NetlinkSocket socket,
      int first,
      int refused,
      Ack[] acks,
      Echoes echoes,
      Revocability revocability) {
    MessageWriter out = socket.writer();
    int[] asked = new int[acks.length];
    int count = 0;
    Map<Revocability.Head, Change.OfFilter> heads = new LinkedHashMap<>();
    for (int i = acks.length - 1; i > refused; i--) {
      if (!acks[i].isDone()) {
        continue;
      }
      switch (changes.get(first + i)) {
        case Change.OfClass added ->
            TcRequest.write(out, Change.OfClass.delete(added.device(), added.id()), 0);
        case Change.OfFilter added -> {
          int priority = echoes.priority(i, added.priority());
          int handle = echoes.told[i] ? echoes.handles[i] : added.handle();
          TcRequest.write(out, deletion(added, priority, handle), 0);
          Change.OfFilter head = deletion(added, priority, 0);
          heads.putIfAbsent(Revocability.Head.of(head), head);
        }
        case Change.OfQdisc _ -> throw new AssertionError("a qdisc goes alone");
      }
      asked[count++] = i;
    }
    if (count == 0) {
      return;
    }
    Ack[] answers = socket.exchange(null);
    for (int i = 0; i < count; i++) {
      if (!answers[i].isDone() && answers[i].errno() != Errno.ENOENT.number()) {
        Change kept = changes.get(first + asked[i]);
        String why = "was done and could not be taken back: ";
        outcomes[first + asked[i]] =
            new Outcome.Done(kept, List.of(why + refusal.explain(kept, answers[i]).getMessage()));
      }
    }
    // u32 keeps the root table of a priority whose last filter goes while other priorities have
    // u32 filters (u32_delete); a head that was made here goes with what it was made for.
    for (Change.OfFilter head : heads.values()) {
      if (!revocability.isHeadKept(head) && trafficControl.isEmptyHead(head)) {
        TcRequest.write(socket.writer(), head, 0);
        socket.exchange();
      }
    }
  }

  private static Change.OfFilter deletion(Change.OfFilter added, int priority, int handle) {
    return new Change.OfFilter(
        Change.Verb.DELETE,
        added.device(),
        added.parent(),
        priority,
        added.protocol(),
        added.chain(),
        handle,
        added.kind(),
        null,
        null);
  }

  private Outcome outcome(Change change, Ack ack) {
    if (!ack.isDone()) {
      return new Outcome.Refused(change, refusal.explain(change, ack));
    }
    String warning = ack.message();
    return new Outcome.Done(change, warning == null ? List.of() : List.of(warning));
  }

  /** The names that the kernel gave to filters. */
  private static final class Echoes implements MessageHandler {
    private final boolean[] told;
    private final int[] handles;
    private final int[] infos;

    Echoes(int count) {
      told = new boolean[count];
      handles = new int[count];
      infos = new int[count];
    }

    @Override
    public void message(int request, MessageReader message) {
      if (message.type() == NetlinkDescriptor.RTM_NEWTFILTER) {
        told[request] = true;
        handles[request] = message.s32(TcDescriptor.TCMSG_HANDLE);
        infos[request] = message.s32(TcDescriptor.TCMSG_INFO);
      }
    }

    /** The number of a filter, 0 where not told. */
    int handle(int request) {
      return handles[request];
    }

    int priority(int request, int asked) {
      return told[request] ? TcRequest.priority(infos[request]) : asked;
    }
  }
}
