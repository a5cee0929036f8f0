package dev.sluice.cli.prog;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.packet.capture.CaptureException;
import dev.sluice.packet.capture.CaptureReader;
import dev.sluice.packet.capture.FrameConversion;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** The packets of a capture as Ethernet frames, one after the other. */
final class CapturedFrames implements AutoCloseable {
  private final CaptureReader reader;
  private final FrameConversion conversion = new FrameConversion();

  private CapturedFrames(CaptureReader reader) {
    this.reader = reader;
  }

  /**
   * Opens a capture.
   *
   * @throws NotFound if there is no such file
   * @throws InvalidInput if it is no capture or cannot be read
   */
  static CapturedFrames open(Path file) {
    try {
      return new CapturedFrames(CaptureReader.open(file));
    } catch (NoSuchFileException e) {
      throw new NotFound("file", file.toString());
    } catch (AccessDeniedException e) {
      throw new InvalidInput(file.toString(), 0, 0, "no permission to read the file");
    } catch (CaptureException e) {
      throw invalid(e);
    } catch (IOException e) {
      throw new InvalidInput(file.toString(), 0, 0, "cannot be read: " + e.getMessage());
    }
  }

  /**
   * One packet of a capture.
   *
   * @param number which, from 1
   * @throws InvalidInput if there is no such packet
   */
  static byte[] frame(Path capture, long number) {
    if (number < 1) {
      throw new InvalidInput("command line", 0, 0, "packets count from 1: --frame " + number);
    }
    try (CapturedFrames frames = open(capture)) {
      while (frames.next()) {
        if (frames.number() == number) {
          return frames.frame();
        }
      }
      throw new InvalidInput(
          capture.toString(),
          0,
          0,
          "the capture has no packet %d, its last is %d".formatted(number, frames.number()));
    }
  }

  /**
   * Goes to the next packet; false behind the last.
   *
   * @throws InvalidInput with its place, if the capture is damaged there
   */
  boolean next() {
    try {
      if (!reader.next()) {
        return false;
      }
      conversion.convert(reader);
      return true;
    } catch (CaptureException e) {
      throw invalid(e);
    }
  }

  private static InvalidInput invalid(CaptureException e) {
    return new InvalidInput(
        e.file(),
        0,
        0,
        "packet %d, byte %d: %s".formatted(e.packets() + 1, e.offset(), e.problem()));
  }

  /** Which packet it is, from 1. */
  long number() {
    return reader.packets();
  }

  /** A copy of its bytes. */
  byte[] frame() {
    return Arrays.copyOf(conversion.frame(), conversion.length());
  }

  /** How long it was before the capture cut it. */
  int originalLength() {
    return conversion.originalLength();
  }

  /** When it was captured, in nanoseconds since 1970. */
  long timestamp() {
    return reader.timestamp();
  }

  @Override
  public void close() {
    reader.close();
  }
}
