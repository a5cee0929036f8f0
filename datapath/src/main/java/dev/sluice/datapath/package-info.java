/**
 * The nouns of traffic control and the one interface, {@link dev.sluice.datapath.Datapath}, that
 * every datapath implements.
 *
 * <p>A tour, from the outside in:
 *
 * <ul>
 *   <li>{@link dev.sluice.datapath.Datapath} opens everything else: devices, {@linkplain
 *       dev.sluice.datapath.tc.TrafficControl traffic control}, {@linkplain
 *       dev.sluice.datapath.chain.Chain program chains}, programs, maps and links.
 *   <li>{@link dev.sluice.datapath.tc} holds qdiscs, classes, filters and actions: what {@code tc}
 *       configures.
 *   <li>{@link dev.sluice.datapath.chain} holds attach points and the ordered programs at them:
 *       what {@code bpf_mprog} and BPF links configure.
 *   <li>{@link dev.sluice.datapath.program} holds loaded programs and maps.
 *   <li>{@link dev.sluice.datapath.SluiceException} is every way in which an operation can fail.
 * </ul>
 *
 * <p>Nothing in this module does I/O. Values are records that refuse what can never be valid; what
 * only a kernel can judge is left to the kernel.
 */
@NullMarked
package dev.sluice.datapath;

import org.jspecify.annotations.NullMarked;
