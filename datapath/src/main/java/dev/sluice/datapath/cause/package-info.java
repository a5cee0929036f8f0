/**
 * Why a change to traffic control was refused, in words: the kernel often gives a bare number. What
 * is there is looked at after the refusal, so success costs nothing. The words are the same for
 * every datapath.
 */
@NullMarked
package dev.sluice.datapath.cause;

import org.jspecify.annotations.NullMarked;
