/**
 * Traffic control on the kernel: {@link dev.sluice.kernel.tc.KernelTrafficControl}.
 *
 * <p>{@link dev.sluice.kernel.tc.TcDescriptor} holds the wire layout. A codec stands between each
 * noun of {@code dev.sluice.datapath.tc} and its bytes ({@link dev.sluice.kernel.tc.QdiscCodec},
 * {@link dev.sluice.kernel.tc.ClassCodec}, {@link dev.sluice.kernel.tc.FilterCodec}, {@link
 * dev.sluice.kernel.tc.ActionCodec}, {@link dev.sluice.kernel.tc.StatisticsCodec}); {@link
 * dev.sluice.kernel.tc.TcRequest} writes whole requests and {@link dev.sluice.kernel.tc.TcEntry}
 * reads whole answers. {@link dev.sluice.kernel.tc.Batch} sends many changes at once and takes back
 * what it did too much; {@link dev.sluice.kernel.tc.Refusal} finds the cause where the kernel only
 * gives a number.
 */
@NullMarked
package dev.sluice.kernel.tc;

import org.jspecify.annotations.NullMarked;
