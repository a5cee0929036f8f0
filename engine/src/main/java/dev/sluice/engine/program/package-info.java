/** Loaded programs. */
@NullMarked
package dev.sluice.engine.program;

import org.jspecify.annotations.NullMarked;
