/**
 * The middle of the compiler: a {@link dev.sluice.compiler.ir.Graph} of {@link
 * dev.sluice.compiler.ir.Block}s, whose {@link dev.sluice.compiler.ir.Node}s each have one value
 * (static single assignment). What a node does is its {@link dev.sluice.compiler.ir.Op}.
 */
@NullMarked
package dev.sluice.compiler.ir;

import org.jspecify.annotations.NullMarked;
