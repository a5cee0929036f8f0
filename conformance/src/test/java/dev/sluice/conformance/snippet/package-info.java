/**
 * The examples in the Javadoc of the {@code datapath} module, compiled and run.
 *
 * <p>Javadoc takes the marked regions from here: it is called with this module's test sources as
 * {@code --snippet-path}.
 */
@NullMarked
package dev.sluice.conformance.snippet;

import org.jspecify.annotations.NullMarked;
