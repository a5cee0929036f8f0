/**
 * Policies put in place on the engine and on the kernel, with the same packets and flows on both: a
 * {@link dev.sluice.conformance.policy.Stage} has a host with a line to the outside, and workloads
 * behind veths.
 */
package dev.sluice.conformance.policy;
