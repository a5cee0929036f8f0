package dev.sluice.datapath.tc;

/**
 * Asks the kernel to estimate a qdisc's or class's rate ({@code struct tc_estimator}).
 *
 * @param interval the sampling interval as the kernel's code: −2 is 250 ms, 3 is 8 s
 * @param averagingLog log2 of the averaging weight, 1 to 31
 */
public record Estimator(int interval, int averagingLog) {}
