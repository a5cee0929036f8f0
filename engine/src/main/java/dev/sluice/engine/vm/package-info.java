/** Runs eBPF: an interpreter, and a compiler to JVM bytecode. */
@NullMarked
package dev.sluice.engine.vm;

import org.jspecify.annotations.NullMarked;
