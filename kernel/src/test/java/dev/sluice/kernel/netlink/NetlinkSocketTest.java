package dev.sluice.kernel.netlink;

import static dev.sluice.kernel.netlink.ScriptedTransport.datagram;
import static dev.sluice.kernel.netlink.ScriptedTransport.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NetlinkSocketTest {
  private static final int ENTRY = 100;
  private static final int DONE = NetlinkDescriptor.NLMSG_DONE;
  private static final int ERROR = NetlinkDescriptor.NLMSG_ERROR;
  private static final int INTERRUPTED = NetlinkDescriptor.NLM_F_DUMP_INTR;
  private static final EntryKey FIRST_NUMBER = message -> message.s32(0);

  private final ScriptedTransport transport = new ScriptedTransport();
  private final NetlinkSocket socket = new NetlinkSocket(transport);
  private final List<Integer> entries = new ArrayList<>();

  private void request() {
    MessageWriter writer = socket.writer();
    writer.begin(ENTRY, NetlinkDescriptor.NLM_F_REQUEST);
    writer.end();
  }

  private Ack list() {
    return list(FIRST_NUMBER);
  }

  private Ack list(EntryKey key) {
    request();
    return socket.dump("list", key, (_, message) -> entries.add(message.s32(4)));
  }

  @Test
  void listingComesInPieces() {
    transport.answer(
        seq ->
            List.of(
                datagram(message(ENTRY, 2, seq, 1, 10), message(ENTRY, 2, seq, 2, 20)),
                datagram(message(ENTRY, 2, seq - 1, 9, 90), message(ENTRY, 2, seq, 3, 30)),
                datagram(message(DONE, 2, seq, 0))));
    assertThat(list().isDone()).isTrue();
    assertThat(entries).containsExactly(10, 20, 30);
    assertThat(socket.isClean()).isTrue();
  }

  @Test
  void interruptedListingIsReadAgainAndHandsOverWhatIsNew() {
    transport.answer(
        seq ->
            List.of(
                message(ENTRY, 2, seq, 1, 10),
                message(ENTRY, 2 | INTERRUPTED, seq, 3, 30),
                message(DONE, 2, seq, 0)));
    transport.answer(
        seq ->
            List.of(
                message(ENTRY, 2, seq, 1, 11),
                message(ENTRY, 2, seq, 2, 20),
                message(ENTRY, 2, seq, 3, 31),
                message(DONE, 2, seq, 0)));
    assertThat(list().isDone()).isTrue();
    assertThat(entries).containsExactly(10, 30, 20);
    assertThat(transport.sent).hasSize(2);
  }

  @Test
  void interruptionAtTheEndCounts() {
    transport.answer(
        seq -> List.of(message(ENTRY, 2, seq, 1, 10), message(DONE, 2 | INTERRUPTED, seq, 0)));
    transport.answer(seq -> List.of(message(ENTRY, 2, seq, 2, 20), message(DONE, 2, seq, 0)));
    assertThat(list().isDone()).isTrue();
    assertThat(entries).containsExactly(10, 20);
  }

  @Test
  void severalEntriesOfOneNameAreAllHandedOverWhereTheyMayBe() {
    EntryKey repeating =
        new EntryKey() {
          @Override
          public long of(MessageReader message) {
            return message.s32(0);
          }

          @Override
          public boolean mayRepeat() {
            return true;
          }
        };
    answerWithRepetitions();
    assertThat(list(repeating).isDone()).isTrue();
    assertThat(entries).containsExactly(10, 11, 12);
    entries.clear();
    answerWithRepetitions();
    assertThat(list(FIRST_NUMBER).isDone()).isTrue();
    assertThat(entries).containsExactly(10);
  }

  private void answerWithRepetitions() {
    transport.answer(
        seq ->
            List.of(
                message(ENTRY, 2, seq, 1, 10),
                message(ENTRY, 2, seq, 1, 11),
                message(DONE, 2 | INTERRUPTED, seq, 0)));
    transport.answer(
        seq ->
            List.of(
                message(ENTRY, 2, seq, 1, 10),
                message(ENTRY, 2, seq, 1, 11),
                message(ENTRY, 2, seq, 1, 12),
                message(DONE, 2, seq, 0)));
  }

  @Test
  void listingThatIsAlwaysInterruptedEndsInAnError() {
    for (int i = 0; i < 100; i++) {
      int number = i;
      transport.answer(
          seq ->
              List.of(message(ENTRY, 2, seq, number, number), message(DONE, INTERRUPTED, seq, 0)));
    }
    assertThatThrownBy(this::list)
        .isInstanceOfSatisfying(KernelRejected.class, e -> assertThat(e.is(Errno.EINTR)).isTrue())
        .hasMessageContaining("changed");
    assertThat(transport.sent).hasSize(16);
    assertThat(entries).hasSize(16);
  }

  @Test
  void pieceThatDoesNotFitIsReadAgainWithMoreRoom() {
    int[] large = new int[40_000];
    large[0] = 1;
    large[1] = 10;
    for (int i = 0; i < 2; i++) {
      transport.answer(seq -> List.of(message(ENTRY, 2, seq, large), message(DONE, 2, seq, 0)));
    }
    assertThat(list().isDone()).isTrue();
    assertThat(entries).containsExactly(10);
  }

  @Test
  void tenThousandEntriesAreHandedOverOnce() {
    for (int flags : new int[] {INTERRUPTED, 0}) {
      transport.answer(
          seq -> {
            List<byte[]> pieces = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
              pieces.add(message(ENTRY, 2, seq, i, i));
            }
            pieces.add(message(DONE, flags, seq, 0));
            return pieces;
          });
    }
    assertThat(list().isDone()).isTrue();
    assertThat(entries).hasSize(10_000).doesNotHaveDuplicates();
  }

  @Test
  void refusedListingTellsWhy() {
    transport.answer(seq -> List.of(message(DONE, 2, seq, -Errno.EPERM.number())));
    assertThat(list().errno()).isEqualTo(Errno.EPERM.number());
    transport.answer(seq -> List.of(message(ERROR, 0, seq, -Errno.EBUSY.number(), 0, 0, 0, 0)));
    assertThat(list().errno()).isEqualTo(Errno.EBUSY.number());
  }

  @Test
  void answersArePairedWithRequests() {
    request();
    MessageWriter writer = socket.writer();
    for (int i = 0; i < 3; i++) {
      writer.begin(ENTRY, NetlinkDescriptor.NLM_F_REQUEST);
      writer.end();
    }
    transport.answer(
        seq ->
            List.of(
                message(ERROR, 0, seq, 0, 0, 0, 0, 0),
                datagram(
                    message(ERROR, 0, seq + 2, -Errno.ENOENT.number(), 16, 0, 0, 0),
                    message(ENTRY, 0, seq + 1, 7, 8)),
                message(ERROR, 0, seq + 77, -1, 0, 0, 0, 0),
                message(ERROR, 0, seq + 1, -Errno.EEXIST.number(), 16, 0, 0, 0)));
    List<String> echoes = new ArrayList<>();
    Ack[] acks = socket.exchange((request, message) -> echoes.add(request + ":" + message.s32(0)));
    assertThat(acks)
        .extracting(Ack::errno)
        .containsExactly(0, Errno.EEXIST.number(), Errno.ENOENT.number());
    assertThat(echoes).containsExactly("1:7");
  }

  @Test
  void errorInTheMiddleLeavesTheSocketUnclean() {
    transport.answer(seq -> List.of(new byte[] {1, 2, 3}));
    assertThatThrownBy(this::list).isInstanceOf(NetlinkFormatException.class);
    assertThat(socket.isClean()).isFalse();
  }
}
