/**
 * {@code sluice tc}: iproute2's grammar, output and exit codes.
 *
 * <p>Start at {@link dev.sluice.cli.tc.TcCommand}. A command's way:
 *
 * <ol>
 *   <li>{@code Options} takes what stands before the object; {@code Words} hands out the rest, one
 *       word after the other.
 *   <li>{@code QdiscCommand}, {@code ClassCommand} and {@code FilterCommand} read what is meant;
 *       the {@code …Grammar} classes read the options of one kind ({@code TbfGrammar}, {@code
 *       HtbGrammar}, {@code U32Grammar}, {@code MirredGrammar} …); {@code Units}, {@code Handles},
 *       {@code Prefix} and {@code Protocols} read single words. What is wrong goes into {@code
 *       Problems}, and {@code Stop} ends the command.
 *   <li>The result is a {@code Request}: a {@link dev.sluice.datapath.tc.Change} to make, something
 *       to show, or nothing.
 *   <li>{@code Queue} does changes, one of a single command or many of a {@code Batch}, and says
 *       what the kernel and {@link dev.sluice.datapath.lint.Lint} say of them.
 *   <li>{@code QdiscListing}, {@code ClassListing} and {@code FilterListing} ask for entries, and
 *       the {@code …Sheet} classes write them on a {@code Sheet}, as text or as JSON.
 * </ol>
 *
 * <p>The code that a short command runs through keeps away from what is slow to start: no regular
 * expressions, streams or format strings, and classes in place of lambdas. {@code Rehearsal} runs
 * through it when the launcher's cache is made.
 */
@NullMarked
package dev.sluice.cli.tc;

import org.jspecify.annotations.NullMarked;
