/** Chains of programs at hooks, and the links that own a place in one. */
@NullMarked
package dev.sluice.engine.chain;

import org.jspecify.annotations.NullMarked;
