/**
 * What makes a graph simpler, or lower, one after the other; {@code ProgramCompiler} has the order.
 */
@NullMarked
package dev.sluice.compiler.pass;

import org.jspecify.annotations.NullMarked;
