/**
 * eBPF programs that come with Sluice. Each is a static method that a test calls as it is; {@link
 * dev.sluice.compiler.ProgramCompiler} makes a program of it that the kernel and the engine load.
 */
@NullMarked
package dev.sluice.programs;

import org.jspecify.annotations.NullMarked;
