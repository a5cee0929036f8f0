/** {@code sluice features}: what this kernel can do, found by trying. */
@NullMarked
package dev.sluice.cli.features;

import org.jspecify.annotations.NullMarked;
