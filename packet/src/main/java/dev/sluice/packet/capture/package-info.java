/**
 * Files of captured packets: pcap and pcapng, plain or compressed with gzip.
 *
 * <p>{@link dev.sluice.packet.capture.CaptureReader} gives one packet after the other in memory
 * that is used again, so a capture of any length takes the same. {@link
 * dev.sluice.packet.capture.PcapngWriter} writes beside its target and moves the file there when it
 * is whole. Damaged files end with a {@link dev.sluice.packet.capture.CaptureException} that says
 * where and what was expected.
 */
@NullMarked
package dev.sluice.packet.capture;

import org.jspecify.annotations.NullMarked;
