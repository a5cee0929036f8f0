/** A window for tests of commands into the kernel datapath's codec. */
@NullMarked
package dev.sluice.kernel.tc;

import org.jspecify.annotations.NullMarked;
