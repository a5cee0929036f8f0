/**
 * What the kernel accepts without a word though it cannot work.
 *
 * <p>{@link dev.sluice.datapath.lint.Lint} looks at a {@link dev.sluice.datapath.tc.Change} and at
 * the classes that are there, and returns a {@link dev.sluice.datapath.lint.Finding} for each
 * {@link dev.sluice.datapath.lint.Rule} that it breaks. It reads a device's classes once and then
 * follows the changes that it is told were done, so that thousands of changes cost one listing.
 */
@NullMarked
package dev.sluice.datapath.lint;

import org.jspecify.annotations.NullMarked;
