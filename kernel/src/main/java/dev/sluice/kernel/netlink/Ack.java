package dev.sluice.kernel.netlink;

import org.jspecify.annotations.Nullable;

/**
 * The kernel's answer to one request ({@code struct nlmsgerr} and its attributes).
 *
 * @param errno 0 for yes, otherwise the error number, positive
 * @param message the kernel's own words, beside a yes as well as a no; null for none
 * @param offset where in the request the offending attribute is, in bytes; −1 where not told
 * @param missingType the type of an attribute that the request lacks; −1 where not told
 */
public record Ack(int errno, @Nullable String message, int offset, int missingType) {
  /** A yes without a word. */
  public static final Ack OK = new Ack(0, null, -1, -1);

  /** Whether it was done. */
  public boolean isDone() {
    return errno == 0;
  }

  /** Reads an error, an acknowledgement or the end of a listing. */
  static Ack read(MessageReader message) {
    boolean end = message.type() == NetlinkDescriptor.NLMSG_DONE;
    if (end && message.payloadLength() < Integer.BYTES) {
      return OK;
    }
    int errno = -message.s32(NetlinkDescriptor.ERROR_NUMBER_OFFSET);
    if ((message.flags() & NetlinkDescriptor.NLM_F_ACK_TLVS) == 0) {
      return errno == 0 ? OK : new Ack(errno, null, -1, -1);
    }
    int structure = Integer.BYTES;
    if (!end) {
      int request = NetlinkDescriptor.ERROR_REQUEST_OFFSET;
      boolean capped = (message.flags() & NetlinkDescriptor.NLM_F_CAPPED) != 0;
      int repeated =
          capped || errno == 0
              ? NetlinkDescriptor.HEADER_LENGTH
              : message.s32(request + NetlinkDescriptor.LENGTH_OFFSET);
      if (repeated < 0 || repeated > message.payloadLength()) {
        throw new NetlinkFormatException(
            "an error repeats "
                + Integer.toUnsignedString(repeated)
                + " bytes of its request,"
                + " but has only "
                + message.payloadLength());
      }
      structure = request + repeated;
    }
    String text = null;
    int offset = -1;
    int missing = -1;
    Attributes attributes = message.attributes(structure);
    while (attributes.next()) {
      switch (attributes.type()) {
        case NetlinkDescriptor.NLMSGERR_ATTR_MSG -> text = trimmed(attributes.string());
        case NetlinkDescriptor.NLMSGERR_ATTR_OFFS -> offset = attributes.s32(0);
        case NetlinkDescriptor.NLMSGERR_ATTR_MISS_TYPE -> missing = attributes.s32(0);
        default -> {}
      }
    }
    return new Ack(errno, text, offset, missing);
  }

  private static @Nullable String trimmed(String text) {
    String trimmed = text.strip();
    return trimmed.isEmpty() ? null : trimmed;
  }
}
