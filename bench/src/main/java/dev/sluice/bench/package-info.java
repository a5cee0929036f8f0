/** Benchmarks: JMH and whole-path. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
