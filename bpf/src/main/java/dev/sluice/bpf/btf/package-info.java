/**
 * BTF, the type format of the kernel: {@code Documentation/bpf/btf.rst} and {@code
 * include/uapi/linux/btf.h}.
 *
 * <ul>
 *   <li>{@link dev.sluice.bpf.btf.BtfBuilder} writes a blob, type by type.
 *   <li>{@link dev.sluice.bpf.btf.ObjectBtf} writes the blob of a whole object, with what the
 *       kernel wants to know about its maps, functions and lines.
 *   <li>{@link dev.sluice.bpf.btf.Btf} reads any blob, such as the one of a map that someone else
 *       made, into {@link dev.sluice.bpf.btf.BtfType}s.
 * </ul>
 */
@NullMarked
package dev.sluice.bpf.btf;

import org.jspecify.annotations.NullMarked;
