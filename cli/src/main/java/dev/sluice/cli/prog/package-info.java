/**
 * {@code sluice prog}: loading, listing, reading and running programs.
 *
 * <p>{@link dev.sluice.cli.prog.ProgramSource} is how a person names a program: a file with
 * programs in C, Java or assembler text, a pin, or a number.
 *
 * <p>{@code prog run} runs it on a {@link dev.sluice.cli.prog.DescribedPacket} or on {@link
 * dev.sluice.cli.prog.CapturedFrames} with a {@link dev.sluice.cli.prog.RunContext}; a {@link
 * dev.sluice.cli.prog.PacketRun} is what came of one packet, a {@link
 * dev.sluice.cli.prog.CaptureRun} goes through all of a capture. {@code prog dump} prints a {@link
 * dev.sluice.cli.prog.SourceListing}.
 */
@NullMarked
package dev.sluice.cli.prog;

import org.jspecify.annotations.NullMarked;
