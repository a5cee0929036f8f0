/**
 * The suite on the Linux kernel: a {@link dev.sluice.conformance.kernel.KernelTestbed} is two
 * network namespaces without a name and veth pairs between them, which are gone with the process
 * whatever happens to it.
 */
@NullMarked
package dev.sluice.conformance.kernel;

import org.jspecify.annotations.NullMarked;
