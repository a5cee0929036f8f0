/** What policies say of queues, as qdiscs and classes: TBF for shaping, HTB for sharing. */
@NullMarked
package dev.sluice.policy.queue;

import org.jspecify.annotations.NullMarked;
