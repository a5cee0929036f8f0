/** Devices, wires, hosts and what sends traffic over them, in virtual time. */
@NullMarked
package dev.sluice.engine.net;

import org.jspecify.annotations.NullMarked;
