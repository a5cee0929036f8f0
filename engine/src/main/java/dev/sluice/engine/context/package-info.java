/**
 * What programs see of a packet besides its bytes: the fields of {@code struct __sk_buff} and
 * {@code struct xdp_md} ({@code include/uapi/linux/bpf.h}).
 *
 * <p>No such structure lies in memory, here or in the kernel: a load or store of a field is a
 * method call on {@link dev.sluice.engine.context.ContextLayout}, which the interpreter makes, the
 * compiler replaces by a field access where it can ({@link
 * dev.sluice.engine.context.ContextLayout#plainField}), and the verifier asks beforehand ({@link
 * dev.sluice.engine.context.ContextLayout#canLoad}).
 */
@NullMarked
package dev.sluice.engine.context;

import org.jspecify.annotations.NullMarked;
