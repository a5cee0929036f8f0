/** Views of packets' bytes, and files of captured packets. */
@NullMarked
package dev.sluice.packet;

import org.jspecify.annotations.NullMarked;
