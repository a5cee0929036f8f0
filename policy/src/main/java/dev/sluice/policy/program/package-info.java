/**
 * What policies compile to: one program for each direction of a device, in Java, and the tables
 * that it looks into.
 *
 * <p>{@link dev.sluice.policy.program.PolicyProgram} is the way of a packet. What is looked up, and
 * by which keys, is in {@link dev.sluice.policy.program.Tables}; {@code policy.rule} fills it.
 * Rules are never gone through: a packet is reduced to a few numbers (who sends, who receives,
 * which service), and these are looked up.
 */
@NullMarked
package dev.sluice.policy.program;

import org.jspecify.annotations.NullMarked;
