package dev.sluice.packet.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.packet.FrameBuilder;
import dev.sluice.packet.Octets;
import dev.sluice.packet.TcpSegment;
import dev.sluice.packet.capture.PcapngWriter.Direction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Captures: what is written is read, and damaged files end with their exception and no other. */
class CaptureProperties {
  private static final long YEAR_2106 = 0xffff_ffffL * 1_000_000_000L;

  /** A packet to be written. */
  record Written(
      long timestamp, Octets octets, int more, boolean dropped, @Nullable String comment) {
    byte[] bytes() {
      return octets.toArray();
    }
  }

  @Provide
  Arbitrary<List<Written>> packets() {
    return Combinators.combine(
            Arbitraries.longs().between(0, YEAR_2106),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Octets::copyOf),
            Arbitraries.integers().between(0, 70_000),
            Arbitraries.of(true, false),
            Arbitraries.strings().ofMaxLength(20).injectNull(0.5))
        .as(Written::new)
        .list()
        .ofMaxSize(12);
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void pcapngIsReadAsItWasWritten(@ForAll("packets") List<Written> packets, @ForAll boolean packed)
      throws IOException {
    Path folder = Files.createTempDirectory("sluice-capture");
    Path file = folder.resolve(packed ? "a.pcapng.gz" : "a.pcapng");
    try {
      try (PcapngWriter writer = new PcapngWriter(file, "test")) {
        int sent = writer.addInterface("eth0");
        int dropped = writer.addInterface("eth0 (dropped)", LinkType.RAW);
        for (Written packet : packets) {
          writer.packet(
              packet.dropped() ? dropped : sent,
              packet.timestamp(),
              packet.bytes(),
              0,
              packet.bytes().length,
              packet.bytes().length + packet.more(),
              packet.dropped() ? Direction.UNKNOWN : Direction.OUT,
              packet.comment());
        }
        writer.statistics(sent, 1, 2, 3);
        writer.finish();
      }
      List<CaptureBytes.Read> expected = new ArrayList<>();
      for (Written packet : packets) {
        // What is no character becomes one in UTF-8.
        expected.add(
            new CaptureBytes.Read(
                packet.timestamp(),
                packet.dropped() ? 101 : 1,
                packet.dropped() ? "eth0 (dropped)" : "eth0",
                CaptureBytes.hex(packet.bytes(), packet.bytes().length),
                packet.bytes().length + packet.more(),
                packet.comment() == null ? List.of() : List.of(inUtf8(packet.comment()))));
      }
      assertThat(CaptureBytes.read(Files.readAllBytes(file))).isEqualTo(expected);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static String inUtf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void pcapIsReadAsItWasWritten(@ForAll("packets") List<Written> packets) throws IOException {
    Path folder = Files.createTempDirectory("sluice-capture");
    Path file = folder.resolve("a.pcap");
    try {
      try (PcapWriter writer = new PcapWriter(file, LinkType.LINUX_SLL)) {
        for (Written packet : packets) {
          int length = packet.bytes().length;
          writer.packet(packet.timestamp(), packet.bytes(), 0, length, length + packet.more());
        }
        writer.finish();
      }
      assertThat(CaptureBytes.read(Files.readAllBytes(file)))
          .isEqualTo(
              packets.stream()
                  .map(
                      packet ->
                          new CaptureBytes.Read(
                              packet.timestamp(),
                              113,
                              "",
                              CaptureBytes.hex(packet.bytes(), packet.bytes().length),
                              packet.bytes().length + packet.more(),
                              List.of()))
                  .toList());
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    byte[] frame = new FrameBuilder().ip("10.0.0.1", "10.0.0.2").tcp(1, 2, TcpSegment.SYN).build();
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      seeds.add(
          new CaptureBytes(order)
              .pcap(0xa1b2c3d4, 2, 4, 1)
              .record(1, 2, frame.length, frame.length, frame)
              .record(1, 3, frame.length, 1500, frame)
              .toArray());
      CaptureBytes ng = new CaptureBytes(order);
      ng.section();
      ng.block(1, ng.two(1, 0), 0, ng.two(2, 4), "eth0", ng.two(9, 1), ng.four(9, 0, 0, 0))
          .block(1, ng.two(113, 0), 64, ng.two(14, 8), 0, 7)
          .block(6, 0, 0, 5, frame.length, 1500, frame, ng.two(1, 5), "hello", 0)
          .block(5, 0, 0, 6)
          .block(2, ng.two(1, 0), 0, 8, frame.length, frame.length, frame)
          .block(3, frame.length, frame);
      seeds.add(ng.toArray());
    }
    return seeds;
  }

  @Example
  void damagedFilesEndWithTheirExceptionAndLittleMemory() throws IOException {
    Random dice = new Random(11);
    List<byte[]> seeds = seeds();
    FrameConversion conversion = new FrameConversion();
    long refused = 0;
    long read = 0;
    for (int round = 0; round < 250_000; round++) {
      byte[] file = damaged(seeds.get(dice.nextInt(seeds.size())), dice);
      try (CaptureReader reader = CaptureReader.open("fuzz", new ByteArrayInputStream(file))) {
        while (reader.next()) {
          check(reader.length() <= file.length, reader);
          check(reader.originalLength() >= reader.length(), reader);
          check(reader.bytes().length < 1 << 13, reader);
          reader.comments();
          reader.interfaceName();
          conversion.convert(reader);
          check(conversion.originalLength() >= conversion.length(), reader);
          read++;
        }
      } catch (CaptureException e) {
        if (e.offset() < 0 || e.offset() > file.length) {
          throw new AssertionError("outside of the file", e);
        }
        refused++;
      }
    }
    // Neither all nor nothing: the damage reaches every part of the readers.
    assertThat(refused).isGreaterThan(50_000);
    assertThat(read).isGreaterThan(50_000);
  }

  /** Without the strings that an assertion makes, for it is asked a million times. */
  private static void check(boolean right, CaptureReader reader) {
    if (!right) {
      throw new AssertionError(
          "%d bytes of %d in %d"
              .formatted(reader.length(), reader.originalLength(), reader.bytes().length));
    }
  }

  private static byte[] damaged(byte[] seed, Random dice) {
    byte[] file =
        dice.nextInt(4) == 0 ? Arrays.copyOf(seed, dice.nextInt(seed.length)) : seed.clone();
    for (int i = dice.nextInt(4); i > 0 && file.length > 0; i--) {
      int at = dice.nextInt(file.length);
      switch (dice.nextInt(3)) {
        case 0 -> file[at] = (byte) dice.nextInt();
        case 1 -> file[at] ^= (byte) (1 << dice.nextInt(8));
        default -> {
          for (int j = at; j < Math.min(at + 4, file.length); j++) {
            file[j] = (byte) (dice.nextBoolean() ? 0xff : 0);
          }
        }
      }
    }
    return file;
  }
}
