/** Addresses: prefixes, sets of them, and the files and databases that they come from. */
@NullMarked
package dev.sluice.policy.address;

import org.jspecify.annotations.NullMarked;
