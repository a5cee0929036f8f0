/**
 * {@code sluice map}: looking into maps and changing them.
 *
 * <p>{@link dev.sluice.cli.map.MapSource} is how a person names a map; {@link
 * dev.sluice.cli.map.MapShape} knows the types of its keys and values, as far as the kernel keeps
 * them, and {@link dev.sluice.cli.map.TypedWords} and {@link dev.sluice.cli.map.TypedValue} turn
 * words into bytes and bytes into values.
 */
@NullMarked
package dev.sluice.cli.map;

import org.jspecify.annotations.NullMarked;
