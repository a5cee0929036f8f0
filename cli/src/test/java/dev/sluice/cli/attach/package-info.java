/** Tests of attaching at hooks of every kind, and of the order there. */
@NullMarked
package dev.sluice.cli.attach;

import org.jspecify.annotations.NullMarked;
