/**
 * The eBPF language: what programs are made of and how they are written, before any machine runs
 * them.
 *
 * <h2>Instructions</h2>
 *
 * <p>{@link dev.sluice.bpf.Instruction} is a closed model of the instruction set, v1 to v4. Its six
 * families are {@link dev.sluice.bpf.Arithmetic}, {@link dev.sluice.bpf.Memory}, {@link
 * dev.sluice.bpf.Atomic}, {@link dev.sluice.bpf.Constant}, {@link dev.sluice.bpf.Jump} and {@link
 * dev.sluice.bpf.Call}; their records hold {@link dev.sluice.bpf.Register}s, {@link
 * dev.sluice.bpf.Operand}s and plain numbers. {@link dev.sluice.bpf.Bytecode} turns them into the
 * kernel's bytes and back.
 *
 * <h2>Writing and reading code</h2>
 *
 * <ul>
 *   <li>{@link dev.sluice.bpf.CodeBuilder} writes {@link dev.sluice.bpf.Code} with labels, from
 *       Java.
 *   <li>{@link dev.sluice.bpf.AssemblyParser} reads {@code .bpfasm} files, which look as the
 *       verifier prints programs; {@code docs/bpfasm.md} describes them.
 *   <li>{@link dev.sluice.bpf.elf} reads object files that clang made of C.
 *   <li>{@link dev.sluice.bpf.Disassembler} gives either text: the verifier's, or assembly.
 * </ul>
 *
 * <h2>Specs</h2>
 *
 * <p>{@link dev.sluice.bpf.ProgramSpec} and {@link dev.sluice.bpf.MapSpec} say what to load and
 * create; {@link dev.sluice.bpf.ObjectSpec} holds those that belong together. A spec is a value and
 * knows nothing of this machine: programs name their maps, and a datapath fills in its own. {@link
 * dev.sluice.bpf.TypeDescription} says what the bytes of a map mean; {@link dev.sluice.bpf.btf}
 * puts that into the kernel's format.
 *
 * <p>Numbers and rules are those of Linux 6.18; what cites a kernel file means that version.
 */
@NullMarked
package dev.sluice.bpf;

import org.jspecify.annotations.NullMarked;
