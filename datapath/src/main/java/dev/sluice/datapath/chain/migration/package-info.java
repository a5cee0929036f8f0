/**
 * Programs move from the classic hook to TCX, and back, while packets pass.
 *
 * <p>{@link dev.sluice.datapath.chain.migration.Migration} looks at a device, says what it would do
 * and what forbids it, and does all of it or nothing.
 */
@NullMarked
package dev.sluice.datapath.chain.migration;

import org.jspecify.annotations.NullMarked;
