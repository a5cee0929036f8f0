/**
 * What a program costs in the kernel, compiled by the engine, and interpreted by it: {@link
 * dev.sluice.bench.vm.VmBenchmark} runs each {@link dev.sluice.bench.vm.Workload}.
 */
@NullMarked
package dev.sluice.bench.vm;

import org.jspecify.annotations.NullMarked;
