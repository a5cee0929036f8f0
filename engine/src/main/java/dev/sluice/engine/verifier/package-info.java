/** Refuses programs that the kernel would refuse, in its words. */
@NullMarked
package dev.sluice.engine.verifier;

import org.jspecify.annotations.NullMarked;
