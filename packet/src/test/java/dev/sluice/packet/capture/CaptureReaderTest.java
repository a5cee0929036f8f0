package dev.sluice.packet.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class CaptureReaderTest {
  private static final byte[] PCAP =
      new CaptureBytes(ByteOrder.LITTLE_ENDIAN)
          .pcap(0xa1b2c3d4, 2, 4, 1)
          .record(1, 2, 2, 2, (byte) 8, (byte) 9)
          .toArray();

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void gzipIsUnpacked() throws IOException {
    assertThat(CaptureBytes.read(packed(PCAP))).isEqualTo(CaptureBytes.read(PCAP));
  }

  @Test
  void gzipThatIsCutOffOrDamagedIsRefusedWhereverItIs() throws IOException {
    byte[] whole = packed(PCAP);
    for (int length = 2; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> CaptureBytes.read(cut))
          .as("%d bytes", length)
          .isInstanceOf(CaptureException.class);
    }
    byte[] damaged = whole.clone();
    damaged[whole.length - 6]++;
    assertThatThrownBy(() -> CaptureBytes.read(damaged))
        .isInstanceOf(CaptureException.class)
        .hasMessageContaining("not whole gzip");
  }

  @Test
  void aFileThatIsNotThereIsSaidSo() {
    assertThatThrownBy(() -> CaptureReader.open(Path.of("/no/such.pcap")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void theStreamIsClosedWithTheReaderAndWhenItIsNoCapture() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    class Counted extends ByteArrayInputStream {
      Counted(byte[] bytes) {
        super(bytes);
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }

    CaptureReader.open("good", new Counted(PCAP)).close();
    assertThat(closed).hasValue(1);
    assertThatThrownBy(() -> CaptureReader.open("bad", new Counted(new byte[40])))
        .isInstanceOf(CaptureException.class);
    assertThat(closed).hasValue(2);
  }

  /** A head, and a tail over and over, without end in memory. */
  private static final class Endless extends InputStream {
    private final byte[] head;
    private final byte[] tail;
    private final long length;
    private long at;

    Endless(byte[] head, byte[] tail, long times) {
      this.head = head;
      this.tail = tail;
      length = head.length + times * tail.length;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int wanted) {
      int count = (int) Math.min(wanted, length - at);
      for (int done = 0; done < count; ) {
        boolean inHead = at < head.length;
        byte[] source = inHead ? head : tail;
        int start = (int) (inHead ? at : (at - head.length) % tail.length);
        int part = Math.min(count - done, source.length - start);
        System.arraycopy(source, start, into, from + done, part);
        done += part;
        at += part;
      }
      return count == 0 ? -1 : count;
    }
  }

  @Test
  void tenMillionPacketsTakeTheMemoryOfOne() throws IOException {
    byte[] pcap = new CaptureBytes(ByteOrder.LITTLE_ENDIAN).pcap(0xa1b23c4d, 2, 4, 1).toArray();
    byte[] record =
        new CaptureBytes(ByteOrder.LITTLE_ENDIAN).record(1, 2, 64, 1500, new byte[64]).toArray();
    assertReadsWithoutAllocating(new Endless(pcap, record, 5_000_000), 5_000_000);

    CaptureBytes head = new CaptureBytes(ByteOrder.BIG_ENDIAN);
    head.section().block(1, head.two(1, 0), 0);
    CaptureBytes block = new CaptureBytes(ByteOrder.BIG_ENDIAN);
    block.block(6, 0, 1, 2, 63, 1500, new byte[63], block.two(1, 5), "hello", 0);
    assertReadsWithoutAllocating(
        new Endless(head.toArray(), block.toArray(), 5_000_000), 5_000_000);
  }

  private static void assertReadsWithoutAllocating(InputStream stream, long expected)
      throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long sum = 0;
    try (CaptureReader reader = CaptureReader.open("endless", stream)) {
      while (reader.next()) {
        sum += reader.originalLength();
      }
      assertThat(reader.packets()).isEqualTo(expected);
    }
    assertThat(sum).isEqualTo(1500 * expected);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4_000_000);
  }
}
