/**
 * From the graph to instructions: {@link dev.sluice.compiler.code.Selection} chooses them, on as
 * many registers as it likes, {@link dev.sluice.compiler.code.Allocation} makes do with ten, {@link
 * dev.sluice.compiler.code.Emission} writes them down.
 */
@NullMarked
package dev.sluice.compiler.code;

import org.jspecify.annotations.NullMarked;
