/**
 * {@code sluice doctor}: looks for what is wrong at devices and in what Sluice keeps.
 *
 * <p>Each {@link dev.sluice.cli.doctor.Examination} looks at one matter and tells {@link
 * dev.sluice.cli.doctor.Finding}s. A finding that can be mended without touching anybody else's
 * brings its repair.
 */
@NullMarked
package dev.sluice.cli.doctor;

import org.jspecify.annotations.NullMarked;
