/** Maps. */
@NullMarked
package dev.sluice.engine.map;

import org.jspecify.annotations.NullMarked;
