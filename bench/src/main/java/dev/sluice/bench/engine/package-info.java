/**
 * What a packet costs on its whole way through the engine: {@link
 * dev.sluice.bench.engine.EngineBenchmark} sends through {@link dev.sluice.bench.engine.WholePath}s
 * with few and many classes, and replays a capture that is longer than the heap.
 */
@NullMarked
package dev.sluice.bench.engine;

import org.jspecify.annotations.NullMarked;
