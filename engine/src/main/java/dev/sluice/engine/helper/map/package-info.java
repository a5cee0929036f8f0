/** Helper functions that work on maps, and those that call a program's own functions back. */
@NullMarked
package dev.sluice.engine.helper.map;

import org.jspecify.annotations.NullMarked;
