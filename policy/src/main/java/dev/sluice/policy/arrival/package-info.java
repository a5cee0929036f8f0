/**
 * Queues for what arrives at a device. A packet cannot wait where it arrives, so a program at the
 * end of the device's ingress chain ({@link dev.sluice.policy.program.SteerProgram}) sends it to an
 * {@code ifb} of the device's own, which has the queue and gives the packet back.
 *
 * <p>What is there is compared with what is wanted by {@link dev.sluice.policy.arrival.Arrivals}.
 * The order of its steps is such that whoever is cut off between two of them leaves packets
 * arriving: nothing is sent to an {@code ifb} before its queue is whole, and none goes before
 * nothing is sent to it any more.
 */
@NullMarked
package dev.sluice.policy.arrival;

import org.jspecify.annotations.NullMarked;
