/**
 * Queues of devices: from what a policy says of them to qdiscs and classes, and the steps from what
 * is there to what should be.
 *
 * <p>{@link dev.sluice.policy.queue.QueueLint} tells what is wrong, {@link
 * dev.sluice.policy.queue.QueueTrees} makes the wanted {@link dev.sluice.policy.queue.QueueTree},
 * and {@link dev.sluice.policy.queue.QueueDiff} compares it with what a device has.
 */
@NullMarked
package dev.sluice.policy.queue;

import org.jspecify.annotations.NullMarked;
