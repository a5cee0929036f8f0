/** Queueing disciplines. */
@NullMarked
package dev.sluice.engine.sched;

import org.jspecify.annotations.NullMarked;
