/**
 * Order by what programs say, not by numbers. A program's {@link
 * dev.sluice.datapath.chain.order.Wish} names those that it runs before and after; {@link
 * dev.sluice.datapath.chain.order.OrderSolver} finds an order of a whole chain that keeps the
 * programs of others as they are, or says which wishes clash; {@link
 * dev.sluice.datapath.chain.order.Mover} takes a program from one place to another without a packet
 * that it does not see.
 */
@NullMarked
package dev.sluice.datapath.chain.order;

import org.jspecify.annotations.NullMarked;
