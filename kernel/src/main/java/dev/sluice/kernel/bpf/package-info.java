/**
 * Programs, maps, links and TCX chains on Linux's {@code bpf(2)}.
 *
 * <p>From the bottom up: {@link dev.sluice.kernel.bpf.BpfAttr} and {@link
 * dev.sluice.kernel.bpf.BpfInfo} say where the fields of the kernel's structures are; {@link
 * dev.sluice.kernel.bpf.BpfRequest} is one such structure on its way to the kernel; {@link
 * dev.sluice.kernel.bpf.BpfSyscall} has a method for each command. {@link
 * dev.sluice.kernel.bpf.KernelMaps}, {@link dev.sluice.kernel.bpf.KernelPrograms} and {@link
 * dev.sluice.kernel.bpf.KernelLinks} make and find objects; {@link dev.sluice.kernel.bpf.TcxChain}
 * attaches programs at TCX. {@link dev.sluice.kernel.bpf.BpfFileSystem} knows where pins live, and
 * {@link dev.sluice.kernel.bpf.HolderScan} who holds an object.
 */
@NullMarked
package dev.sluice.kernel.bpf;

import org.jspecify.annotations.NullMarked;
