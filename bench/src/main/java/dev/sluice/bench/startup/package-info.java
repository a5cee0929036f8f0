/**
 * How long a short command takes to start: ours, iproute2's, and ours as it would be with a command
 * line library on a JVM without preparations.
 */
@NullMarked
package dev.sluice.bench.startup;

import org.jspecify.annotations.NullMarked;
