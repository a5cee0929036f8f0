/**
 * Files of captured packets: pcap and pcapng, plain or compressed with gzip.
 *
 * <p>{@link dev.sluice.packet.capture.CaptureReader} gives one packet after the other in memory
 * that is used again, so a capture of any length takes the same. Of pcapng it reads packets,
 * interfaces and comments, and goes over everything else. {@link
 * dev.sluice.packet.capture.FrameConversion} makes Ethernet frames of what was captured without
 * Ethernet headers; {@link dev.sluice.packet.capture.LinkType} lists from what.
 *
 * <p>{@link dev.sluice.packet.capture.PcapngWriter} and {@link
 * dev.sluice.packet.capture.PcapWriter} write beside their target and move the file there when it
 * is whole. Damaged files end with a {@link dev.sluice.packet.capture.CaptureException} that says
 * where and what was expected; no length in a file makes the reader take more memory than a packet
 * or a block's options may have.
 */
@NullMarked
package dev.sluice.packet.capture;

import org.jspecify.annotations.NullMarked;
