/** Thousands of classes and filters from one batch file, as whole processes. */
@NullMarked
package dev.sluice.bench.batch;

import org.jspecify.annotations.NullMarked;
