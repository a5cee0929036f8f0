/**
 * Packets as bytes and as values.
 *
 * <h2>Looking at bytes</h2>
 *
 * <p>A {@link dev.sluice.packet.HeaderView} points at a header where it lies; nothing is copied and
 * nothing allocated. {@link dev.sluice.packet.Dissection} points all of them at the layers of a
 * frame, however hostile its bytes. On it build {@link dev.sluice.packet.FrameSummary}, a frame in
 * one line for people, and {@link dev.sluice.packet.FlowKey}, what packets of a flow have in
 * common.
 *
 * <h2>Values</h2>
 *
 * <p>Each view has a record ({@link dev.sluice.packet.Ipv4Packet} and {@link
 * dev.sluice.packet.Ipv4Header}): {@code of(view)} reads it, {@code write} gives the same bytes
 * back. {@link dev.sluice.packet.FrameBuilder} makes whole frames of them, with the right types,
 * lengths and {@linkplain dev.sluice.packet.InternetChecksum checksums}.
 *
 * <h2>Files</h2>
 *
 * <p>{@link dev.sluice.packet.capture} reads and writes pcap and pcapng.
 *
 * <p>Not here: reassembly of fragments and streams, tunnels, and what applications say.
 */
@NullMarked
package dev.sluice.packet;

import org.jspecify.annotations.NullMarked;
