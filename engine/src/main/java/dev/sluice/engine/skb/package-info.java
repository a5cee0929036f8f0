/** Packets on their way, with what the kernel's socket buffer knows of them. */
@NullMarked
package dev.sluice.engine.skb;

import org.jspecify.annotations.NullMarked;
