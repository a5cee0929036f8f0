/** Tests of {@code sluice tc}: by itself, on the kernel, and side by side with iproute2's. */
@NullMarked
package dev.sluice.cli.tc;

import org.jspecify.annotations.NullMarked;
