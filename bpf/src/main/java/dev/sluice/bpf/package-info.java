/** The eBPF language. */
@NullMarked
package dev.sluice.bpf;

import org.jspecify.annotations.NullMarked;
