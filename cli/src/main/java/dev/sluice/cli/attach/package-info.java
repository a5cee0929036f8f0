/**
 * Programs at hooks of every kind: {@code sluice attach}, {@code update} and {@code detach}. {@code
 * sluice tcx} does the same at a device's chain.
 */
@NullMarked
package dev.sluice.cli.attach;

import org.jspecify.annotations.NullMarked;
