/** {@code sluice tc}: iproute2's grammar, output and exit codes. */
@NullMarked
package dev.sluice.cli.tc;

import org.jspecify.annotations.NullMarked;
