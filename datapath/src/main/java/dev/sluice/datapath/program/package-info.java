/**
 * Programs and maps that a datapath has loaded, and what can be asked of them.
 *
 * <p>Specs of {@code dev.sluice.bpf} say what a program or map is to be; {@link
 * dev.sluice.datapath.program.Programs} and {@link dev.sluice.datapath.program.Maps} turn them into
 * objects that live in the datapath until their last reference is closed.
 */
@NullMarked
package dev.sluice.datapath.program;

import org.jspecify.annotations.NullMarked;
