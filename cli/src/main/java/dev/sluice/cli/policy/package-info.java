/** Policies planned, applied, compared and removed: {@code sluice apply} and its neighbours. */
@NullMarked
package dev.sluice.cli.policy;

import org.jspecify.annotations.NullMarked;
