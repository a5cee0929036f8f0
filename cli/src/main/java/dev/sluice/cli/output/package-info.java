/**
 * How commands print: a {@link dev.sluice.cli.output.Table} for people, a document for programs.
 *
 * <p>A command makes one value that says everything it found, and a text of it. {@link
 * dev.sluice.cli.output.Output} prints the one or the other as {@code -o} asks.
 */
@NullMarked
package dev.sluice.cli.output;

import org.jspecify.annotations.NullMarked;
