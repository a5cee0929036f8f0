/**
 * Programs, maps, links and TCX chains on Linux's {@code bpf(2)}.
 *
 * <p>From the bottom up: {@link dev.sluice.kernel.bpf.BpfAttr} and {@link
 * dev.sluice.kernel.bpf.BpfInfo} say where the fields of the kernel's structures are; {@link
 * dev.sluice.kernel.bpf.BpfRequest} is one such structure on its way to the kernel; {@link
 * dev.sluice.kernel.bpf.BpfSyscall} has a method for each command.
 *
 * <p>{@link dev.sluice.kernel.bpf.KernelMaps}, {@link dev.sluice.kernel.bpf.KernelPrograms} and
 * {@link dev.sluice.kernel.bpf.KernelLinks} make and find objects. {@link
 * dev.sluice.kernel.bpf.KernelChains} chooses between {@link dev.sluice.kernel.bpf.MprogChain} and
 * {@link dev.sluice.datapath.chain.classic}, the same chain at the classic hook. Classes named
 * {@code …Refusal} say which rule stood behind an error number; for chains {@link
 * dev.sluice.datapath.chain.ChainRules} knows.
 *
 * <p>{@link dev.sluice.kernel.bpf.BpfFileSystem} knows where pins live, and {@link
 * dev.sluice.kernel.bpf.HolderScan} who holds an object.
 */
@NullMarked
package dev.sluice.kernel.bpf;

import org.jspecify.annotations.NullMarked;
