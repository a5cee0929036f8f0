/** The datapath in plain Java. */
@NullMarked
package dev.sluice.engine;

import org.jspecify.annotations.NullMarked;
