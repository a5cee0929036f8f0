/**
 * Object files: what clang makes of C for the target {@code bpf}, in the form that libbpf reads.
 *
 * <p>{@link dev.sluice.bpf.elf.ElfObject} gives the {@link dev.sluice.bpf.ObjectSpec} of a file:
 * programs by the names of their sections, each with the functions that it calls, maps as {@code
 * .maps} defines them, global variables as maps, and the lines of the C source. Nothing in a file
 * is trusted: whatever is wrong ends in an {@link dev.sluice.bpf.elf.InvalidElfException}.
 */
@NullMarked
package dev.sluice.bpf.elf;

import org.jspecify.annotations.NullMarked;
