/**
 * From policies to the contents of the tables that {@code policy.program} looks into.
 *
 * <p>Whatever rules tell apart gets a number: addresses are divided into {@linkplain
 * dev.sluice.policy.rule.AddressPartition identities} and ports into {@linkplain
 * dev.sluice.policy.rule.ServicePartition services}, each a set of those that no rule treats
 * differently. Then a rule is some entries of a hash table, and a packet needs as many lookups for
 * a hundred thousand rules as for ten.
 */
@NullMarked
package dev.sluice.policy.rule;

import org.jspecify.annotations.NullMarked;
