package dev.sluice.packet.capture;

/** Numbers of pcapng's blocks and options (draft-ietf-opsawg-pcapng). */
final class PcapngBlock {
  /** A section header, the same in either byte order. */
  static final int SECTION = 0x0a0d0d0a;

  /** What tells a section's byte order. */
  static final int BYTE_ORDER = 0x1a2b3c4d;

  static final int INTERFACE = 1;

  /** Obsolete. */
  static final int PACKET = 2;

  static final int SIMPLE_PACKET = 3;
  static final int STATISTICS = 5;
  static final int ENHANCED_PACKET = 6;

  /** Type, length, and length again. */
  static final int LEAST = 12;

  static final int OPTION_END = 0;
  static final int OPTION_COMMENT = 1;
  static final int SECTION_APPLICATION = 4;
  static final int INTERFACE_NAME = 2;
  static final int INTERFACE_RESOLUTION = 9;
  static final int INTERFACE_TIME_OFFSET = 14;
  static final int PACKET_FLAGS = 2;
  static final int STATISTICS_RECEIVED = 4;
  static final int STATISTICS_DROPPED = 5;

  private PcapngBlock() {}
}
