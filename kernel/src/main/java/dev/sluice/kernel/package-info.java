/**
 * The datapath of the Linux kernel.
 *
 * <p>{@link dev.sluice.kernel.KernelDatapath} opens it for a {@link
 * dev.sluice.kernel.NetworkNamespace}. Below it, {@code netlink} speaks rtnetlink, {@code bpf}
 * speaks bpf(2), and both go through {@code syscall}, the only place with foreign functions.
 */
@NullMarked
package dev.sluice.kernel;

import org.jspecify.annotations.NullMarked;
