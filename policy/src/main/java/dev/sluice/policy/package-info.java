/**
 * Policies: what the traffic of a host is to be, as one document, and the way from there to qdiscs,
 * programs and maps of a datapath.
 */
@NullMarked
package dev.sluice.policy;

import org.jspecify.annotations.NullMarked;
