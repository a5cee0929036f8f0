/** Classic filters and their actions. */
@NullMarked
package dev.sluice.engine.filter;

import org.jspecify.annotations.NullMarked;
