/** Programs, maps and links as things that live while something refers to them. */
@NullMarked
package dev.sluice.engine.object;

import org.jspecify.annotations.NullMarked;
