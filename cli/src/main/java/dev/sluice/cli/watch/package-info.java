/** {@code sluice chain watch}: what changes at hooks, and orders that are kept. */
@NullMarked
package dev.sluice.cli.watch;

import org.jspecify.annotations.NullMarked;
