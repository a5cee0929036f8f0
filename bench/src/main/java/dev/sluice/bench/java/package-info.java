/**
 * What the compiler for Java makes, beside what clang makes of the same logic in C: {@link
 * dev.sluice.bench.java.JavaBenchmark}. The C sources are in {@code bench/clang}.
 */
@NullMarked
package dev.sluice.bench.java;

import org.jspecify.annotations.NullMarked;
