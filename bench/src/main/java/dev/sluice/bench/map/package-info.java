/** What the library's calls cost, measured by JMH. */
@NullMarked
package dev.sluice.bench.map;

import org.jspecify.annotations.NullMarked;
