/**
 * A table of prefixes that stays fast with a hundred thousand of them: built by the host, looked up
 * by programs.
 *
 * <p>A slot is 8 bytes: the lower 32 bits are a value, 0 for none; the upper 32 are where a node
 * lies, 0 for none. For each family there is a slot for each value of the first 16 bits. A node
 * splits the next 8 bits: four chunks, each for 64 of its 256 slots. A chunk says where slots begin
 * that differ from the one before, and where those lie; or it is one slot. The last value that is
 * not 0 on the way counts, so that a short prefix changes nothing below it.
 *
 * <p>A node with no more than four prefixes in it and below, none of them longer than 64 bits more,
 * is a bucket instead: the prefixes themselves lie side by side, and all are compared. Most nodes
 * of a large table are: so a lookup reads from two places in IPv4 and from four in IPv6, and not
 * from three and nine, and what it reads lies in less memory.
 *
 * <p>{@link dev.sluice.policy.table.Addresses} is what programs call, {@link
 * dev.sluice.policy.table.PrefixTable} holds prefixes on the host, and {@link
 * dev.sluice.policy.table.PrefixTableWriter} brings them into maps.
 */
@NullMarked
package dev.sluice.policy.table;

import org.jspecify.annotations.NullMarked;
