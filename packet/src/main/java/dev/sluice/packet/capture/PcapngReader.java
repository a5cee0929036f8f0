package dev.sluice.packet.capture;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads pcapng files: several sections and interfaces, either byte order, any resolution of time.
 */
final class PcapngReader extends CaptureReader {
  /** The type of a section header block, the same in either byte order. */
  static final int SECTION = 0x0a0d0d0a;

  private static final int BYTE_ORDER = 0x1a2b3c4d;
  private static final int INTERFACE = 1;
  private static final int PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;
  private static final int LEAST_BLOCK = 12;
  private static final long LONGEST_BLOCK = 1L << 28;
  private static final int LONGEST_OPTIONS = 1 << 16;
  private static final int OPTION_END = 0;
  private static final int OPTION_RESOLUTION = 9;
  private static final int OPTION_OFFSET = 14;
  private static final long SECOND = 1_000_000_000L;

  /**
   * An interface of the section.
   *
   * @param linkType what its packets begin with
   * @param snapLength how much of them is kept; 0 for all
   * @param unitsPerSecond how its times count
   * @param offset seconds that are added to them
   */
  private record Interface(int linkType, long snapLength, double unitsPerSecond, long offset) {}

  private final byte[] header = new byte[20];
  private final List<Interface> interfaces = new ArrayList<>();

  PcapngReader(CaptureInput input) {
    super(input);
    readSection();
  }

  /** Reads a section header behind its type. */
  private void readSection() {
    input.read(header, 0, 8, "a section header");
    input.setBigEndian(false);
    int order = input.intAt(header, 4);
    if (order != BYTE_ORDER) {
      input.setBigEndian(true);
      if (Integer.reverseBytes(order) != BYTE_ORDER) {
        throw input.damaged("expected the byte order magic of a section, found another number");
      }
    }
    long length = blockLength(input.intAt(header, 0) & 0xffff_ffffL);
    if (length < 28) {
      throw input.damaged("expected a section header of 28 bytes or more, found " + length);
    }
    input.read(header, 0, 4, "a section header");
    int major = input.shortAt(header, 0);
    if (major != 1) {
      throw input.damaged("expected pcapng version 1, found " + major);
    }
    interfaces.clear();
    input.skip(length - 16 - 4, "a section header");
    readTrailer(length);
  }

  private long blockLength(long length) {
    if (length < LEAST_BLOCK || length % 4 != 0 || length > LONGEST_BLOCK) {
      throw input.damaged(
          "expected a block of 12 to %d bytes, a multiple of 4; found %d"
              .formatted(LONGEST_BLOCK, length));
    }
    return length;
  }

  private void readTrailer(long length) {
    long again = input.readInt("a block's end");
    if (again != length) {
      throw input.damaged(
          "expected the block's length %d at its end, found %d".formatted(length, again));
    }
  }

  @Override
  public boolean next() {
    while (!input.atEnd()) {
      int type = (int) input.readInt("a block's type");
      if (type == SECTION) {
        readSection();
        continue;
      }
      long length = blockLength(input.readInt("a block's length"));
      long body = length - LEAST_BLOCK;
      switch (type) {
        case INTERFACE -> readInterface(body);
        case ENHANCED_PACKET, PACKET -> readPacketBlock(type, body);
        case SIMPLE_PACKET -> readSimplePacket(body);
        default -> input.skip(body, "a block");
      }
      readTrailer(length);
      if (type == ENHANCED_PACKET || type == PACKET || type == SIMPLE_PACKET) {
        return true;
      }
    }
    return false;
  }

  private void requireBody(long body, int least, String what) {
    if (body < least) {
      throw input.damaged("expected %s of %d bytes or more, found %d".formatted(what, least, body));
    }
  }

  private void readInterface(long body) {
    requireBody(body, 8, "an interface block");
    input.read(header, 0, 8, "an interface block");
    int type = input.shortAt(header, 0);
    long snapLength = input.intAt(header, 4) & 0xffff_ffffL;
    double units = 1e6;
    long offset = 0;
    long optionBytes = body - 8;
    if (optionBytes > LONGEST_OPTIONS) {
      throw input.damaged("options of an interface take " + optionBytes + " bytes");
    }
    byte[] options = new byte[(int) optionBytes];
    input.read(options, 0, options.length, "an interface's options");
    int at = 0;
    while (at + 4 <= options.length) {
      int code = input.shortAt(options, at);
      int size = input.shortAt(options, at + 2);
      at += 4;
      if (code == OPTION_END) {
        break;
      }
      if (at + size > options.length) {
        throw input.damaged("an option of %d bytes reaches over its block".formatted(size));
      }
      if (code == OPTION_RESOLUTION && size >= 1) {
        int resolution = options[at] & 0x7f;
        units = (options[at] & 0x80) != 0 ? Math.pow(2, resolution) : Math.pow(10, resolution);
      } else if (code == OPTION_OFFSET && size >= 8) {
        offset = longAt(options, at);
      }
      at += (size + 3) & ~3;
    }
    interfaces.add(new Interface(type, snapLength, units, offset));
  }

  private long longAt(byte[] source, int at) {
    long first = input.intAt(source, at) & 0xffff_ffffL;
    long second = input.intAt(source, at + 4) & 0xffff_ffffL;
    return input.isBigEndian() ? first << 32 | second : second << 32 | first;
  }

  private Interface interfaceOf(int number) {
    if (number >= interfaces.size()) {
      throw input.damaged(
          "the packet is of interface %d, and the section has %d"
              .formatted(number, interfaces.size()));
    }
    interfaceNumber = number;
    Interface known = interfaces.get(number);
    linkType = known.linkType();
    return known;
  }

  private void readPacketBlock(int type, long body) {
    requireBody(body, 20, "a packet block");
    input.read(header, 0, 20, "a packet block");
    int number = type == PACKET ? input.shortAt(header, 0) : input.intAt(header, 0);
    if (number < 0) {
      throw input.damaged("the packet is of interface " + Integer.toUnsignedString(number));
    }
    Interface known = interfaceOf(number);
    long high = input.intAt(header, 4) & 0xffff_ffffL;
    long low = input.intAt(header, 8) & 0xffff_ffffL;
    timestamp = nanoseconds(known, high << 32 | low);
    long captured = input.intAt(header, 12) & 0xffff_ffffL;
    long padded = (captured + 3) & ~3L;
    if (padded > body - 20) {
      throw input.damaged(
          "a packet of %d bytes reaches over its block of %d".formatted(captured, body));
    }
    readPacket(captured, input.intAt(header, 16) & 0xffff_ffffL);
    input.skip(body - 20 - captured, "a packet's options");
  }

  private static long nanoseconds(Interface known, long units) {
    double perSecond = known.unitsPerSecond();
    long whole;
    if (perSecond == 1e9) {
      whole = units;
    } else if (perSecond == 1e6) {
      whole = units * 1000;
    } else {
      whole = (long) (units / perSecond * SECOND);
    }
    return whole + known.offset() * SECOND;
  }

  private void readSimplePacket(long body) {
    requireBody(body, 4, "a simple packet block");
    Interface known = interfaceOf(0);
    long original = input.readInt("a simple packet block");
    long room = body - 4;
    long captured = Math.min(original, room);
    if (known.snapLength() != 0) {
      captured = Math.min(captured, known.snapLength());
    }
    timestamp = 0;
    readPacket(captured, original);
    input.skip(room - captured, "a simple packet block");
  }
}
