/**
 * What somebody set up by hand with tc, as a policy: qdiscs and classes become shaping and sharing,
 * u32 filters become matches and blocks.
 *
 * <p>What a policy cannot say is told in a {@linkplain dev.sluice.policy.export.ExportNote note},
 * and so is what is said in another way. A filter's packets are a {@linkplain
 * dev.sluice.policy.export.PacketSet set} that others can be taken from: filters are asked one
 * after the other whatever their class, but a policy asks class by class, and has blocks without
 * exceptions.
 */
@NullMarked
package dev.sluice.policy.export;

import org.jspecify.annotations.NullMarked;
