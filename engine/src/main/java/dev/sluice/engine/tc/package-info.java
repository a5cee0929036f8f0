/** Lists and changes qdiscs, classes and filters as the kernel does. */
@NullMarked
package dev.sluice.engine.tc;

import org.jspecify.annotations.NullMarked;
