/** {@code sluice top}: rates of queues, classes and programs, while somebody looks. */
@NullMarked
package dev.sluice.cli.top;

import org.jspecify.annotations.NullMarked;
