/** What programs return is found, and not more than they return where that is easy. */
@NullMarked
package dev.sluice.bpf.verdict;

import org.jspecify.annotations.NullMarked;
