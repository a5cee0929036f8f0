/** The helper functions that programs call. */
@NullMarked
package dev.sluice.engine.helper;

import org.jspecify.annotations.NullMarked;
