/**
 * What a packet costs whatever the number of rules, and what a change of one of many costs: {@link
 * dev.sluice.bench.policy.PolicyBenchmark}.
 */
@NullMarked
package dev.sluice.bench.policy;

import org.jspecify.annotations.NullMarked;
