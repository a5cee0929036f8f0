/**
 * What every datapath must do, and what this house asks of its code.
 *
 * <p>{@link dev.sluice.conformance.suite} is the suite, {@link dev.sluice.conformance.testbed} what
 * it needs of a datapath beside the interface, and {@link dev.sluice.conformance.kernel} its run on
 * the kernel. {@link dev.sluice.conformance.snippet} holds the examples of the Javadoc.
 */
@NullMarked
package dev.sluice.conformance;

import org.jspecify.annotations.NullMarked;
