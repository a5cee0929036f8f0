/**
 * What in a program depends on the kernel that it runs in (CO-RE: compile once, run everywhere).
 *
 * <p>Clang notes for each such instruction which part of which type it is about, and what it wants
 * to know of it: a {@link dev.sluice.bpf.relocation.Relocation}. {@link
 * dev.sluice.bpf.relocation.Relocator} finds the same part in the types of a kernel and answers;
 * {@link dev.sluice.bpf.relocation.Patch} writes the answer into the instruction. What the kernel
 * has not, is replaced by an instruction that the verifier refuses, so that a program which asks
 * first whether there is such a part can be loaded. The rules are those of libbpf ({@code
 * relo_core.c}).
 */
@NullMarked
package dev.sluice.bpf.relocation;

import org.jspecify.annotations.NullMarked;
