/**
 * Plain static Java methods become eBPF programs.
 *
 * <p>{@link dev.sluice.compiler.ProgramCompiler} goes through the stages: {@code build} reads class
 * files and makes the graph of {@code ir}, inlining as it goes; each pass of {@code pass} makes it
 * simpler or lower; {@code code} chooses instructions and registers. What a program is written with
 * is in {@code program}.
 */
@NullMarked
package dev.sluice.compiler;

import org.jspecify.annotations.NullMarked;
