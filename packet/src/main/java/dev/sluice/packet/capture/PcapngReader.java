package dev.sluice.packet.capture;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads pcapng files: several sections and interfaces, either byte order, any resolution of time.
 */
final class PcapngReader extends CaptureReader {
  private static final long LONGEST_BLOCK = 1L << 28;
  private static final int LONGEST_OPTIONS = 1 << 20;
  private static final int MOST_INTERFACES = 1 << 16;
  private static final int LEAST_SECTION = 28;

  /**
   * An interface of the section.
   *
   * @param linkType what its packets begin with
   * @param snapLength how much of them is kept; 0 for all
   * @param units how its times count
   * @param name what it is called; empty if that is not said
   */
  private record Interface(int linkType, long snapLength, TimeUnits units, String name) {}

  private final byte[] header = new byte[20];
  private final List<Interface> interfaces = new ArrayList<>();
  private byte[] options = new byte[256];
  private int optionsLength;

  PcapngReader(CaptureInput input) {
    super(input);
    readSection();
  }

  /** Reads a section header behind its type. */
  private void readSection() {
    input.read(header, 0, 8, "a section header");
    input.setBigEndian(false);
    int order = input.intAt(header, 4);
    if (order != PcapngBlock.BYTE_ORDER) {
      input.setBigEndian(true);
      if (Integer.reverseBytes(order) != PcapngBlock.BYTE_ORDER) {
        throw input.damaged(
            "expected the byte order magic of a section, 1a2b3c4d in either order; found %08x"
                .formatted(Integer.reverseBytes(order)));
      }
    }
    long length = blockLength(input.intAt(header, 0) & 0xffff_ffffL);
    if (length < LEAST_SECTION) {
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
    if (length < PcapngBlock.LEAST || length % 4 != 0 || length > LONGEST_BLOCK) {
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
      if (type == PcapngBlock.SECTION) {
        readSection();
        continue;
      }
      long length = blockLength(input.readInt("a block's length"));
      long body = length - PcapngBlock.LEAST;
      boolean packet = true;
      switch (type) {
        case PcapngBlock.ENHANCED_PACKET, PcapngBlock.PACKET -> readPacketBlock(type, body);
        case PcapngBlock.SIMPLE_PACKET -> readSimplePacket(body);
        case PcapngBlock.INTERFACE -> {
          readInterface(body);
          packet = false;
        }
        default -> {
          input.skip(body, "a block");
          packet = false;
        }
      }
      readTrailer(length);
      if (packet) {
        // Counted only now, so that faults in its block are told as the packet's.
        input.countPacket();
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

  /** Reads the options at a block's end and checks that none reaches over it. */
  private void readOptions(long length, String what) {
    optionsLength = 0;
    if (length > LONGEST_OPTIONS) {
      throw input.damaged(
          "expected %s of at most %d bytes, found %d".formatted(what, LONGEST_OPTIONS, length));
    }
    if (options.length < length) {
      options = new byte[(int) Math.max(length, 2L * options.length)];
    }
    input.read(options, 0, (int) length, what);
    optionsLength = (int) length;
    for (int at = 0; isOption(at); at = behindOption(at)) {
      if (optionSize(at) > optionsLength - at - 4) {
        throw input.damaged(
            "in %s, option %d of %d bytes reaches over its block"
                .formatted(what, optionCode(at), optionSize(at)));
      }
    }
  }

  private boolean isOption(int at) {
    return at + 4 <= optionsLength && optionCode(at) != PcapngBlock.OPTION_END;
  }

  private int optionCode(int at) {
    return input.shortAt(options, at);
  }

  private int optionSize(int at) {
    return input.shortAt(options, at + 2);
  }

  private int behindOption(int at) {
    return at + 4 + (optionSize(at) + 3 & ~3);
  }

  private String optionText(int at) {
    return new String(options, at + 4, optionSize(at), StandardCharsets.UTF_8);
  }

  private void readInterface(long body) {
    requireBody(body, 8, "an interface block");
    input.read(header, 0, 8, "an interface block");
    if (interfaces.size() == MOST_INTERFACES) {
      throw input.damaged("expected at most %d interfaces".formatted(MOST_INTERFACES));
    }
    readOptions(body - 8, "an interface's options");
    TimeUnits units = TimeUnits.MICROSECONDS;
    String name = "";
    for (int at = 0; isOption(at); at = behindOption(at)) {
      int size = optionSize(at);
      switch (optionCode(at)) {
        case PcapngBlock.INTERFACE_NAME -> name = optionText(at);
        case PcapngBlock.INTERFACE_RESOLUTION -> {
          requireOption(size, 1, "if_tsresol");
          units = units.withResolution(options[at + 4]);
        }
        case PcapngBlock.INTERFACE_TIME_OFFSET -> {
          requireOption(size, 8, "if_tsoffset");
          units = units.withOffset(longAt(options, at + 4));
        }
        default -> {
          // Others say nothing about packets.
        }
      }
    }
    interfaces.add(
        new Interface(
            input.shortAt(header, 0), input.intAt(header, 4) & 0xffff_ffffL, units, name));
  }

  private void requireOption(int size, int expected, String name) {
    if (size != expected) {
      throw input.damaged("expected %s of %d bytes, found %d".formatted(name, expected, size));
    }
  }

  private long longAt(byte[] source, int at) {
    long first = input.intAt(source, at) & 0xffff_ffffL;
    long second = input.intAt(source, at + 4) & 0xffff_ffffL;
    return input.isBigEndian() ? first << 32 | second : second << 32 | first;
  }

  private Interface interfaceOf(int number) {
    if (Integer.compareUnsigned(number, interfaces.size()) >= 0) {
      throw input.damaged(
          "the packet is of interface %s, and the section has %d"
              .formatted(Integer.toUnsignedString(number), interfaces.size()));
    }
    interfaceNumber = number;
    Interface known = interfaces.get(number);
    linkType = known.linkType();
    return known;
  }

  private void readPacketBlock(int type, long body) {
    requireBody(body, 20, "a packet block");
    input.read(header, 0, 20, "a packet block");
    Interface known =
        interfaceOf(type == PcapngBlock.PACKET ? input.shortAt(header, 0) : input.intAt(header, 0));
    long high = input.intAt(header, 4) & 0xffff_ffffL;
    long low = input.intAt(header, 8) & 0xffff_ffffL;
    timestamp = nanoseconds(known, high << 32 | low);
    long captured = input.intAt(header, 12) & 0xffff_ffffL;
    long padded = captured + 3 & ~3L;
    if (padded > body - 20) {
      throw input.damaged(
          "a packet of %d bytes reaches over its block of %d".formatted(captured, body));
    }
    readPacket(captured, input.intAt(header, 16) & 0xffff_ffffL);
    input.skip(padded - captured, "a packet's padding");
    readOptions(body - 20 - padded, "a packet's options");
  }

  private long nanoseconds(Interface known, long units) {
    try {
      return known.units().nanoseconds(units);
    } catch (ArithmeticException e) {
      throw input.damaged(
          "expected a time within 292 years of 1970, found %s units and %d seconds"
              .formatted(Long.toUnsignedString(units), known.units().offset()));
    }
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
    optionsLength = 0;
    readPacket(captured, original);
    input.skip(room - captured, "a simple packet block");
  }

  @Override
  public String interfaceName() {
    return interfaceNumber < interfaces.size() ? interfaces.get(interfaceNumber).name() : "";
  }

  @Override
  public List<String> comments() {
    List<String> comments = List.of();
    for (int at = 0; isOption(at); at = behindOption(at)) {
      if (optionCode(at) == PcapngBlock.OPTION_COMMENT) {
        if (comments.isEmpty()) {
          comments = new ArrayList<>();
        }
        comments.add(optionText(at));
      }
    }
    return comments;
  }
}
