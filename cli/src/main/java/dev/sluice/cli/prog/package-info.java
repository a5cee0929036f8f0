/**
 * {@code sluice prog}: loading, listing, reading and running programs.
 *
 * <p>{@link dev.sluice.cli.prog.ProgramSource} is how a person names a program: a file with
 * programs in C, Java or assembler text, a pin, or a number. {@link
 * dev.sluice.cli.prog.DescribedPacket} and {@link dev.sluice.cli.prog.SocketBuffer} are what {@code
 * prog run} runs it on.
 */
@NullMarked
package dev.sluice.cli.prog;

import org.jspecify.annotations.NullMarked;
